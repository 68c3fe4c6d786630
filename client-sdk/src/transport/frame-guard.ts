import { blockBytes } from '../../../protocol/block.js'
import { wireMessageBytesMax } from '../../../protocol/limits.js'
import { failure, success, type Result } from '../../../protocol/result.js'
import { extendedHandshakeBytesMax, isExtendedHandshake } from './extended-handshake.js'
import type { FrameCode } from './frame-code.js'

/**
 * Stands between a neighbour's byte stream and bittorrent-protocol's parser, and lets only whole, well-formed
 * frames of our profile through. It must, because that parser (5.0.9) has no cap on a declared length, reads a
 * length with the top bit set as a keep-alive, decodes a truncated request as zeros, and joins fragments in
 * quadratic time. Handing it one whole frame at a time also spares it the joining.
 *
 * Invariants: work is linear in the bytes received; at most one frame is held, so never more than
 * {@link heldBytesMax} bytes; nothing passes after the first violation.
 *
 * The profile: handshake, unchoke, interested, extended handshake, then requests, pieces, cancels, rejects and
 * `prism` messages. A member that does not upload says so in its hello, so there is no choke; what a member holds
 * is told in `prism` messages, so there are no bitfields and haves.
 */
export class FrameGuard {
  private stage: 'handshake' | 'opening' | 'open' | 'broken' = 'handshake'
  /** Bytes from the start of the current frame that are needed to get on with it. */
  private needed = handshakeBytes
  private held = nothing
  private heldBytes = 0
  private readonly seenOnce = new Set<number>()
  private idleFrames = 0

  /** Takes the next piece of the stream, cut anywhere; returns the frames it completed, or the rule it broke. */
  accept(chunk: Uint8Array): Result<readonly Uint8Array[], FrameCode> {
    const frames: Uint8Array[] = []
    let offset = 0
    while (this.stage !== 'broken' && this.heldBytes + chunk.length - offset >= this.needed) {
      const joined = this.heldBytes > 0
      let start: Uint8Array
      if (joined) {
        const missing = this.needed - this.heldBytes
        this.hold(chunk.subarray(offset, offset + missing))
        offset += missing
        start = this.held
      } else {
        start = chunk.subarray(offset, offset + this.needed)
      }
      const verdict = this.judge(start)
      if (verdict === 'more') continue
      if (verdict !== 'whole') {
        this.stage = 'broken'
        return failure(verdict, `the neighbour broke the rule ${verdict}`)
      }
      frames.push(start)
      if (joined) this.release()
      else offset += this.needed
      this.needed = lengthBytes
    }
    if (this.stage !== 'broken' && offset < chunk.length) this.hold(chunk.subarray(offset))
    return success(frames)
  }

  /** Bytes held of an unfinished frame. */
  get bytesHeld(): number {
    return this.heldBytes
  }

  /** Looks at the first `needed` bytes of a frame: it is whole, or needs `more` (now in `needed`), or breaks a rule. */
  private judge(start: Uint8Array): FrameCode | 'more' | 'whole' {
    if (this.stage === 'handshake') {
      if (!isHandshake(start)) return 'handshake-malformed'
      this.stage = 'opening'
      return 'whole'
    }
    const length = new DataView(start.buffer, start.byteOffset).getUint32(0)
    if (length === 0) return this.judgeIdle()
    if (start.length === lengthBytes) return this.need(lengthBytes + 1)
    const type = start[lengthBytes] ?? 0
    if (start.length === lengthBytes + 1) {
      if (type === types.extended) return length < 2 ? 'frame-length' : this.need(lengthBytes + 2)
      return this.judgeHead(type, length) ?? this.needOrWhole(length)
    }
    if (type !== types.extended) return 'whole'
    if (start.length === lengthBytes + 2) {
      const code = this.judgeExtendedHead(start[lengthBytes + 1] ?? 0, length)
      if (code || length > 2) return code ?? this.need(lengthBytes + length)
    }
    return this.judgeExtended(start)
  }

  private judgeIdle(): FrameCode | 'whole' {
    this.idleFrames += 1
    return this.idleFrames > idleFramesMax ? 'frame-idle-flood' : 'whole'
  }

  private judgeHead(type: number, length: number): FrameCode | undefined {
    const lengths = frameLengths.get(type)
    if (!lengths) return 'frame-unknown'
    if (length < lengths.min || length > lengths.max) return 'frame-length'
    if (type !== types.unchoke && type !== types.interested) {
      return this.stage === 'open' ? undefined : 'frame-early'
    }
    return this.once(type)
  }

  private judgeExtendedHead(id: number, length: number): FrameCode | undefined {
    if (id === 0) return length > 2 + extendedHandshakeBytesMax ? 'frame-length' : this.once(types.extended)
    if (id !== prismExtensionId) return 'frame-unknown'
    if (this.stage !== 'open') return 'frame-early'
    return length > 2 + wireMessageBytesMax ? 'frame-length' : undefined
  }

  private judgeExtended(frame: Uint8Array): FrameCode | 'whole' {
    if (frame[lengthBytes + 1] !== 0) return 'whole'
    if (!isExtendedHandshake(frame.subarray(lengthBytes + 2))) return 'extended-malformed'
    this.stage = 'open'
    return 'whole'
  }

  private once(type: number): FrameCode | undefined {
    if (this.seenOnce.has(type)) return 'frame-repeated'
    this.seenOnce.add(type)
    return undefined
  }

  private needOrWhole(length: number): 'more' | 'whole' {
    return length === 1 ? 'whole' : this.need(lengthBytes + length)
  }

  private need(bytes: number): 'more' {
    this.needed = bytes
    return 'more'
  }

  /** Copies into the held frame, whose buffer is exactly `needed` long: a finished one can be handed on as it is. */
  private hold(bytes: Uint8Array): void {
    if (this.held.length !== this.needed) {
      const grown = new Uint8Array(this.needed)
      grown.set(this.held.subarray(0, this.heldBytes))
      this.held = grown
    }
    this.held.set(bytes, this.heldBytes)
    this.heldBytes += bytes.length
  }

  private release(): void {
    this.held = nothing
    this.heldBytes = 0
  }
}

const handshakeBytes = 68
const lengthBytes = 4
const nothing = new Uint8Array(0)
const protocolName = 'BitTorrent protocol'

/** The id that bittorrent-protocol gives to the first extension registered on a wire, and so to `prism`. */
export const prismExtensionId = 1

/** Members send no keep-alives, since WebRTC watches the path itself; one each two minutes for a day is 720. */
const idleFramesMax = 1024

/** Most that a guard ever holds: a piece of 16 KiB with its head. */
export const heldBytesMax = lengthBytes + 9 + blockBytes

const types = {
  unchoke: 1,
  interested: 2,
  request: 6,
  piece: 7,
  cancel: 8,
  reject: 16,
  extended: 20,
} as const

/** Bounds of a message's length field, which counts the type byte and what follows it. */
const frameLengths = new Map<number, { readonly min: number; readonly max: number }>([
  [types.unchoke, { min: 1, max: 1 }],
  [types.interested, { min: 1, max: 1 }],
  [types.request, { min: 13, max: 13 }],
  [types.piece, { min: 10, max: 9 + blockBytes }],
  [types.cancel, { min: 13, max: 13 }],
  [types.reject, { min: 13, max: 13 }],
])

function isHandshake(bytes: Uint8Array): boolean {
  if (bytes[0] !== protocolName.length) return false
  for (let index = 0; index < protocolName.length; index += 1) {
    if (bytes[index + 1] !== protocolName.charCodeAt(index)) return false
  }
  return true
}
