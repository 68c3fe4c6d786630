/** The part of bittorrent-protocol 5.0.9 that links use; the package ships no types. */
declare module 'bittorrent-protocol' {
  export interface HandshakeExtensions {
    readonly fast: boolean
    readonly extended: boolean
  }

  interface WireEvents {
    handshake: (infoHash: string, peerId: string, extensions: HandshakeExtensions) => void
    request: (index: number, offset: number, length: number) => void
    cancel: (index: number, offset: number, length: number) => void
    piece: (index: number, offset: number, bytes: Uint8Array) => void
    reject: (index: number, offset: number, length: number) => void
    readable: () => void
    error: (error: Error) => void
  }

  export default class Wire {
    constructor(type?: string)
    /** Whether the neighbour has not yet said that it serves requests. */
    readonly peerChoking: boolean
    /** Requests sent and not yet answered. */
    readonly requests: unknown[]
    /** Requests received and not yet answered. */
    readonly peerRequests: unknown[]
    on<Name extends keyof WireEvents>(event: Name, listener: WireEvents[Name]): this
    use(extension: new () => object): void
    handshake(infoHash: string, peerId: string, extensions: { fast: boolean }): void
    unchoke(): void
    interested(): void
    request(index: number, offset: number, length: number): void
    cancel(index: number, offset: number, length: number): void
    piece(index: number, offset: number, bytes: Uint8Array): void
    reject(index: number, offset: number, length: number): void
    extended(extension: string, payload: Uint8Array): void
    write(bytes: Uint8Array): boolean
    read(): Uint8Array | null
    destroy(): void
  }
}
