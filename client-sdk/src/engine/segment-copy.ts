import { blockBytes, blockCount, blockLength } from '../../../protocol/block.js'
import type { MemberId } from '../../../protocol/ids.js'
import { segmentKey, type SegmentIdentity, type SegmentKey } from '../../../protocol/segment-key.js'

/** Who gave a block: the CDN, or a neighbour by its member id. */
export type BlockOrigin = 'cdn' | MemberId

/** How the length of a segment came to be known. What the CDN showed outweighs what a neighbour says. */
export type LengthOrigin = 'cdn' | 'neighbour'

/**
 * This member's copy of one segment, whole or in part.
 *
 * Invariants: a block is stored once and never replaced; `blocks` holds only blocks of full length, except the last
 * of a segment whose length is known; `arrivals` lists the stored blocks in the order in which they came.
 */
export class SegmentCopy {
  readonly key: SegmentKey
  readonly blocks: (Uint8Array | undefined)[] = []
  readonly arrivals: number[] = []
  /** How often each block was given to a neighbour. */
  readonly given: number[] = []
  /** Who gave each block stored. */
  private readonly origins: BlockOrigin[] = []
  /** Bytes by giver, of the blocks stored. */
  readonly givers = new Map<MemberId, number>()
  cdnBytes = 0
  heldBytes = 0
  lastUsedAt: number
  firstByteAt: number | undefined
  completedAt: number | undefined
  /** A length that an answer's head announced: good for estimates, not for deciding that the segment is whole. */
  expectedBytes: number | undefined
  private length: { readonly bytes: number; readonly origin: LengthOrigin } | undefined

  constructor(
    readonly segment: SegmentIdentity,
    /** Names the segment on every link of this member; never used for another copy. */
    readonly handle: number,
    readonly startedAt: number,
  ) {
    this.key = segmentKey(segment)
    this.lastUsedAt = startedAt
  }

  /** The segment's exact length, once somebody who had all of it has told. */
  get totalBytes(): number | undefined {
    return this.length?.bytes
  }

  /** The exact length, else what an answer's head announced. */
  get toldBytes(): number | undefined {
    return this.totalBytes ?? this.expectedBytes
  }

  get lengthOrigin(): LengthOrigin | undefined {
    return this.length?.origin
  }

  /** True when the highest block stored is the CDN's own: then a 416 right behind it is the segment's end. */
  get endsFetched(): boolean {
    return this.origins.at(-1) === 'cdn'
  }

  /** One more than the highest block stored. */
  get heldEnd(): number {
    return this.blocks.length
  }

  get complete(): boolean {
    return this.length !== undefined && this.arrivals.length === blockCount(this.length.bytes)
  }

  get peerBytes(): number {
    return this.heldBytes - this.cdnBytes
  }

  holds(index: number): boolean {
    return this.blocks[index] !== undefined
  }

  /**
   * Settles the length. Returns false when it contradicts the blocks stored or a length settled before, which then
   * stays as it was.
   */
  settleLength(bytes: number, origin: LengthOrigin): boolean {
    if (this.length !== undefined) {
      if (this.length.bytes !== bytes) return false
      if (origin === 'cdn') this.length = { bytes, origin }
      return true
    }
    for (const index of this.arrivals) {
      if (this.blocks[index]?.length !== blockLength(bytes, index)) return false
    }
    this.length = { bytes, origin }
    return true
  }

  /**
   * Stores a block. `held`: it was there already, and stays as it was. `misfit`: a block of this length cannot stand
   * at this place, so it or the length is of another segment.
   */
  put(index: number, bytes: Uint8Array, origin: BlockOrigin, now: number): 'stored' | 'held' | 'misfit' {
    if (this.holds(index)) return 'held'
    const due = this.length === undefined ? blockBytes : blockLength(this.length.bytes, index)
    if (bytes.length !== due) return 'misfit'
    this.blocks[index] = bytes
    this.origins[index] = origin
    this.arrivals.push(index)
    this.heldBytes += bytes.length
    if (origin === 'cdn') this.cdnBytes += bytes.length
    else this.givers.set(origin, (this.givers.get(origin) ?? 0) + bytes.length)
    this.firstByteAt ??= now
    this.lastUsedAt = now
    if (this.complete) this.completedAt ??= now
    return 'stored'
  }

  /** Takes over the blocks that came from the CDN; who else gave what is forgotten. */
  adoptFetched(other: SegmentCopy, now: number): void {
    for (const index of other.arrivals) {
      const block = other.blocks[index]
      if (block !== undefined && other.origins[index] === 'cdn') this.put(index, block, 'cdn', now)
    }
    this.firstByteAt ??= other.firstByteAt
  }

  /** Called when the length became known after the last block. */
  noteCompletion(now: number): void {
    if (this.complete) this.completedAt ??= now
  }

  /** Blocks known to exist and not held: up to the exact length, else up to the expected one or `seenBlocks`. */
  missing(seenBlocks: number): number[] {
    const known = this.toldBytes ?? 0
    const end = this.totalBytes === undefined ? Math.max(blockCount(known), seenBlocks) : blockCount(known)
    return this.missingBefore(end)
  }

  /** Blocks not held, of those before `end`. */
  missingBefore(end: number): number[] {
    const indices: number[] = []
    for (let index = 0; index < end; index += 1) if (!this.holds(index)) indices.push(index)
    return indices
  }
}
