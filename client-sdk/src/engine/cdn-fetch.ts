import { blockBytes } from '../../../protocol/block.js'
import { segmentBytesMax } from '../../../protocol/limits.js'
import type { FetchId } from './inputs.js'

/**
 * Why a fetch was begun: for others too, because neighbours will hardly bring it and others want it, because waiting on
 * would have been unsafe, or because playback starts.
 */
export type FetchReason = 'claim' | 'restock' | 'rescue' | 'start'

/** What is to be fetched: bytes `from` to `to` (exclusive; undefined: to the segment's end), not before `asksAt`. */
export interface FetchPlan {
  readonly reason: FetchReason
  readonly from: number
  readonly to: number | undefined
  readonly asksAt: number
}

/** A whole block cut out of a response body, or the shorter rest at its end. */
export interface CutBlock {
  readonly index: number
  readonly bytes: Uint8Array
}

/**
 * One response body on its way from the CDN: cuts the byte stream into blocks.
 *
 * Invariant: `position` is the offset in the segment of the next byte to come, and `gathered` of the bytes before it
 * wait for the rest of their block.
 */
export class CdnFetch {
  private position: number
  private gathered = 0
  private block: Uint8Array | undefined
  readonly reason: FetchReason
  readonly from: number
  readonly to: number | undefined
  /** When the CDN is to be asked, or was. */
  asksAt: number
  state: 'planned' | 'asked' = 'planned'
  startedAt: number | undefined
  progressAt: number
  receivedBytes = 0
  /** Up to where it goes on: before `to` where another fetches the rest. */
  private end: number | undefined
  /** Up to where the CDN was asked: what others bring by then is not asked for. */
  askedTo: number | undefined

  constructor(
    readonly fetch: FetchId,
    { reason, from, to, asksAt }: FetchPlan,
  ) {
    this.reason = reason
    this.from = from
    this.to = to
    this.asksAt = asksAt
    this.position = from
    this.progressAt = asksAt
    this.end = to
  }

  /** The answer's head came, for bytes from `offset`. */
  started(offset: number, now: number): void {
    this.startedAt = now
    this.progressAt = now
    this.position = offset
  }

  /** True for blocks that this fetch will still bring. */
  covers(index: number): boolean {
    const start = index * blockBytes
    return (
      start >= this.position - this.gathered &&
      start >= this.from &&
      (this.end === undefined || start < this.end)
    )
  }

  /** Whether it would bring one of so many blocks that is not to be had otherwise. */
  isNeeded(blocks: number, isHad: (index: number) => boolean): boolean {
    for (let index = 0; index < blocks; index += 1) if (this.covers(index) && !isHad(index)) return true
    return false
  }

  /** The CDN is asked now: returns up to where. */
  ask(now: number): number | undefined {
    this.state = 'asked'
    this.asksAt = now
    this.progressAt = now
    this.askedTo = this.end
    return this.askedTo
  }

  /** Another brings the blocks from this offset on. */
  leaveFrom(offset: number): void {
    if (offset > this.position) this.end = offset
  }

  /** True when every byte before `end` has come. */
  reached(end: number): boolean {
    return this.position >= end
  }

  /** Takes the next bytes of the body; returns the blocks they complete, or undefined when the body is too long. */
  take(bytes: Uint8Array, now: number): CutBlock[] | undefined {
    this.progressAt = now
    this.receivedBytes += bytes.length
    if (this.position + bytes.length > segmentBytesMax) return undefined
    const cut: CutBlock[] = []
    let offset = 0
    while (offset < bytes.length) {
      const room = blockBytes - this.gathered
      const part = offset === 0 && bytes.length <= room ? bytes : bytes.subarray(offset, offset + room)
      offset += part.length
      this.position += part.length
      if (part.length === blockBytes) {
        cut.push({ index: this.position / blockBytes - 1, bytes: ownBytes(part) })
        continue
      }
      this.block ??= new Uint8Array(blockBytes)
      this.block.set(part, this.gathered)
      this.gathered += part.length
      if (this.gathered < blockBytes) continue
      cut.push({ index: this.position / blockBytes - 1, bytes: this.block })
      this.block = undefined
      this.gathered = 0
    }
    return cut
  }

  /** The body ended: the offset of its end, and the last block when it is a short one. */
  finish(): { readonly end: number; readonly rest: CutBlock | undefined } {
    const end = this.position
    if (this.gathered === 0 || this.block === undefined) return { end, rest: undefined }
    const bytes = this.block.slice(0, this.gathered)
    return { end, rest: { index: Math.floor((end - 1) / blockBytes), bytes } }
  }
}

/** A block must not keep a larger buffer alive: copied unless the bytes are all there is. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice()
}
