/**
 * WebSocket frames (RFC 6455) by hand: a load generator must cost less than what it loads, and a vandal must be able to
 * send what no library would.
 */
import { randomBytes } from 'node:crypto'

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const

export interface FrameShape {
  readonly opcode: number
  readonly fin?: boolean
  readonly masked?: boolean
  /** Bits that only extensions may set. */
  readonly reserved?: number
  /** What the header says, if it lies. */
  readonly declaredLength?: number
}

/** One mask for all: what a server does with it does not depend on its value, unless it is zero. */
const mask = randomBytes(4).map((byte) => byte | 1)

/** A frame as a client sends it: masked, unless told otherwise. */
export function clientFrame(payload: string | Uint8Array, shape: Partial<FrameShape> = {}): Buffer {
  const { opcode = opcodes.text, fin = true, masked = true, reserved = 0 } = shape
  const data = typeof payload === 'string' ? Buffer.from(payload) : payload
  const length = shape.declaredLength ?? data.length
  const head = lengthBytes(length)
  const frame = Buffer.allocUnsafe(1 + head.length + (masked ? 4 : 0) + data.length)
  frame[0] = (fin ? 0x80 : 0) | ((reserved & 7) << 4) | (opcode & 15)
  frame.set(head, 1)
  if (masked) frame[1] = (frame[1] ?? 0) | 0x80
  const start = frame.length - data.length
  frame.set(data, start)
  if (!masked) return frame
  frame.set(mask, start - 4)
  for (let index = 0; index < data.length; index += 1) {
    frame[start + index] = (frame[start + index] ?? 0) ^ (mask[index & 3] ?? 0)
  }
  return frame
}

function lengthBytes(length: number): Uint8Array {
  if (length < 126) return Uint8Array.of(length)
  if (length < 65_536) return Uint8Array.of(126, length >> 8, length & 255)
  const long = Buffer.alloc(9)
  long[0] = 127
  long.writeBigUInt64BE(BigInt(length), 1)
  return long
}

/** Cuts what a server sends into frames. The payload is a view that is valid until the next call. */
export class ServerFrames {
  private rest: Buffer = Buffer.alloc(0)

  read(chunk: Buffer, heard: (opcode: number, payload: Buffer) => void): void {
    let data = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk])
    for (;;) {
      const size = sizeOf(data)
      if (size === undefined || data.length < size.head + size.payload) break
      heard((data[0] ?? 0) & 15, data.subarray(size.head, size.head + size.payload))
      data = data.subarray(size.head + size.payload)
    }
    // A copy: the rest must not keep the whole chunk alive.
    this.rest = data.length === 0 ? data : Buffer.from(data)
  }
}

function sizeOf(data: Buffer): { head: number; payload: number } | undefined {
  if (data.length < 2) return undefined
  const short = (data[1] ?? 0) & 0x7f
  if (short < 126) return { head: 2, payload: short }
  if (short === 126) return data.length < 4 ? undefined : { head: 4, payload: data.readUInt16BE(2) }
  return data.length < 10 ? undefined : { head: 10, payload: Number(data.readBigUInt64BE(2)) }
}
