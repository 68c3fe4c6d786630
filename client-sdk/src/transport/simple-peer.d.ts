/**
 * The part of simple-peer 9.11.1 that channels use. The published types would pull Node's globals into code for
 * browsers. The prebuilt file is the one that needs no stand-ins for Node's modules, and it runs in Node too.
 */
declare module 'simple-peer/simplepeer.min.js' {
  export interface WebRtc {
    readonly RTCPeerConnection: typeof RTCPeerConnection
    readonly RTCSessionDescription: typeof RTCSessionDescription
    readonly RTCIceCandidate: typeof RTCIceCandidate
  }

  export interface PeerOptions {
    readonly initiator: boolean
    readonly trickle: boolean
    readonly iceCompleteTimeout: number
    readonly config: RTCConfiguration
    readonly wrtc: WebRtc
  }

  interface PeerEvents {
    signal: (signal: Record<string, unknown>) => void
    connect: () => void
    data: (bytes: Uint8Array) => void
    error: (error: Error) => void
    close: () => void
  }

  export default class SimplePeer {
    constructor(options: PeerOptions)
    /** `bufferedAmount` of the data channel. */
    readonly bufferSize: number
    /** Private to the library; read only to set the low watermark, for which it has no option. */
    readonly _channel: RTCDataChannel | null
    /** Private to the library; read only for its statistics, which the library's own method sums up less well. */
    readonly _pc: RTCPeerConnection | null
    on<Name extends keyof PeerEvents>(event: Name, listener: PeerEvents[Name]): this
    signal(signal: Record<string, unknown>): void
    send(bytes: Uint8Array): void
    destroy(): void
  }
}
