import { connect, type Socket } from 'node:net'
import { clientFrame, opcodes, ServerFrames } from './frames.js'

export interface RawTarget {
  readonly host: string
  readonly port: number
  readonly path: string
  /** Where the connection comes from: any of 127.0.0.0/8 on loopback. */
  readonly from?: string
}

/** Hears of one client; a handler may be set anew at any time. */
export interface RawHandlers {
  /** `status` is that of the answer to the upgrade: 101 when the connection is open. */
  answered?(status: number, head: string): void
  /** The payload is a view that is valid during the call. */
  message?(payload: Buffer): void
  pong?(): void
  /** `code` is that of the close frame, if one came. */
  closed?(code: number | undefined): void
}

const headEnd = Buffer.from('\r\n\r\n')
/** Any 16 bytes: nobody here checks the answer to it. */
const key = Buffer.from('prismesh tracker').toString('base64')

/** A WebSocket client on a plain socket: 100 lines, and a fraction of what a library costs per message. */
export class RawClient {
  readonly socket: Socket
  /** Set when the upgrade was answered with 101. */
  isOpen = false
  closeCode: number | undefined
  private readonly frames = new ServerFrames()
  private head: Buffer | undefined = Buffer.alloc(0)

  constructor(
    target: RawTarget,
    public handlers: RawHandlers = {},
  ) {
    const { host, port, path, from } = target
    this.socket = connect({ host, port, ...(from === undefined ? {} : { localAddress: from }) })
    this.socket.setNoDelay(true)
    this.socket.on('data', (chunk: Buffer) => this.receive(chunk))
    this.socket.on('error', () => this.socket.destroy())
    this.socket.on('close', () => {
      this.isOpen = false
      this.handlers.closed?.(this.closeCode)
    })
    this.socket.write(
      `GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    )
  }

  send(text: string): void {
    this.socket.write(clientFrame(text))
  }

  /** Bytes as they are: a frame made before, or what is none. */
  write(bytes: Uint8Array): void {
    this.socket.write(bytes)
  }

  /** Closes as a browser does. */
  close(): void {
    if (this.isOpen) this.socket.end(clientFrame(Uint8Array.of(0x03, 0xe8), { opcode: opcodes.close }))
    else this.socket.destroy()
  }

  destroy(): void {
    this.socket.destroy()
  }

  private receive(chunk: Buffer): void {
    if (this.head === undefined) return this.frames.read(chunk, this.heard)
    this.head = Buffer.concat([this.head, chunk])
    const end = this.head.indexOf(headEnd)
    if (end < 0) return
    const rest = this.head.subarray(end + headEnd.length)
    const text = this.head.toString('latin1', 0, end)
    this.head = undefined
    const status = Number(text.slice(9, 12))
    this.isOpen = status === 101
    this.handlers.answered?.(status, text)
    if (this.isOpen && rest.length > 0) this.frames.read(rest, this.heard)
  }

  private readonly heard = (opcode: number, payload: Buffer): void => {
    if (opcode === opcodes.text || opcode === opcodes.binary) this.handlers.message?.(payload)
    else if (opcode === opcodes.ping) this.socket.write(clientFrame(payload, { opcode: opcodes.pong }))
    else if (opcode === opcodes.pong) this.handlers.pong?.()
    else if (opcode === opcodes.close) {
      this.closeCode = payload.length >= 2 ? payload.readUInt16BE(0) : undefined
      this.close()
    }
  }
}

/** The n-th of many source addresses: 127.1.0.1 and on, 250 in each network of 24 bits. */
export function loopbackAddress(index: number): string {
  return `127.${1 + (Math.floor(index / 62_500) % 250)}.${Math.floor(index / 250) % 250}.${1 + (index % 250)}`
}
