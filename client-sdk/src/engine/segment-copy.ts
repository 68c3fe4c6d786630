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
 * Invariants: a block is stored once and never replaced, unless it is found to be wrong; `blocks` holds only blocks of
 * full length, except the last of a segment whose length is known; `arrivals` lists the blocks that may be given on, in
 * the order in which they came or, if they had to wait for it, were verified.
 */
export class SegmentCopy {
  readonly key: SegmentKey
  readonly blocks: (Uint8Array | undefined)[] = []
  readonly arrivals: number[] = []
  /** How often each block was given to a neighbour. */
  readonly given: number[] = []
  /** Who gave each block stored. */
  private readonly origins: BlockOrigin[] = []
  /** Blocks stored that wait to be verified, and their hashes as far as they are known. */
  private readonly unverified = new Map<number, Uint8Array | undefined>()
  /** How many of those neighbours gave. */
  private unverifiedPeerBlocks = 0
  /** Bytes that neighbours gave, whose hash is known and whose right hash is not: thrown away if that comes too late. */
  doubtfulPeerBytes = 0
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

  /** Every block is here and may be given on. */
  get complete(): boolean {
    return this.length !== undefined && this.arrivals.length === blockCount(this.length.bytes)
  }

  /** Every block is here, verified or not. */
  get whole(): boolean {
    if (this.length === undefined) return false
    return this.arrivals.length + this.unverified.size === blockCount(this.length.bytes)
  }

  /** Whole, and whatever is not verified came by this member's own path to the CDN, as it would have anyway. */
  get playable(): boolean {
    return this.whole && this.unverifiedPeerBlocks === 0
  }

  /** The blocks that wait to be verified, with their hashes as far as they are known. */
  unverifiedBlocks(): [index: number, hash: Uint8Array | undefined][] {
    return [...this.unverified]
  }

  /** Blocks are being hashed. */
  get awaitsHashes(): boolean {
    return this.unverifiedBlocks().some(([, hash]) => hash === undefined)
  }

  /** The hash of a block that waits. Returns false when that block waits no more. */
  hashed(index: number, hash: Uint8Array): boolean {
    if (!this.unverified.has(index)) return false
    this.unverified.set(index, hash)
    if (this.origins[index] !== 'cdn') this.doubtfulPeerBytes += this.blocks[index]?.length ?? 0
    return true
  }

  /** The hashes of all blocks; undefined until the copy is whole and each is known. None may be verified already. */
  hashList(): readonly Uint8Array[] | undefined {
    if (!this.whole) return undefined
    const hashes = this.blocks.flatMap((_block, index) => this.unverified.get(index) ?? [])
    return hashes.length === this.blocks.length ? hashes : undefined
  }

  /** The block, if it may be given on. */
  givable(index: number): Uint8Array | undefined {
    return this.unverified.has(index) ? undefined : this.blocks[index]
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
    for (const [index, block] of this.blocks.entries()) {
      if (block !== undefined && block.length !== blockLength(bytes, index)) return false
    }
    this.length = { bytes, origin }
    return true
  }

  /**
   * Stores a block. `held`: it was there already, and stays as it was. `misfit`: a block of this length cannot stand
   * at this place, so it or the length is of another segment.
   */
  put(
    index: number,
    bytes: Uint8Array,
    origin: BlockOrigin,
    now: number,
    verdict: 'verified' | 'unverified' = 'verified',
  ): 'stored' | 'held' | 'misfit' {
    if (this.holds(index)) return 'held'
    const due = this.length === undefined ? blockBytes : blockLength(this.length.bytes, index)
    if (bytes.length !== due) return 'misfit'
    this.blocks[index] = bytes
    this.origins[index] = origin
    if (verdict === 'verified') this.arrivals.push(index)
    else this.wait(index)
    this.heldBytes += bytes.length
    if (origin === 'cdn') this.cdnBytes += bytes.length
    else this.givers.set(origin, (this.givers.get(origin) ?? 0) + bytes.length)
    this.firstByteAt ??= now
    this.lastUsedAt = now
    this.noteCompletion(now)
    return 'stored'
  }

  /** A block that waited is right. Returns who gave it. */
  verified(index: number, now: number): BlockOrigin | undefined {
    this.stopWaiting(index)
    this.arrivals.push(index)
    this.noteCompletion(now)
    return this.origins[index]
  }

  /** A block that waited is wrong, and goes. Returns who gave it. */
  drop(index: number): BlockOrigin | undefined {
    const block = this.blocks[index]
    const origin = this.origins[index]
    if (block === undefined || origin === undefined) return undefined
    this.stopWaiting(index)
    this.blocks[index] = undefined
    this.heldBytes -= block.length
    if (origin === 'cdn') this.cdnBytes -= block.length
    else this.givers.set(origin, (this.givers.get(origin) ?? 0) - block.length)
    return origin
  }

  /** Takes over the blocks that came from the CDN; who else gave what is forgotten. */
  adoptFetched(other: SegmentCopy, now: number): void {
    for (const index of [...other.arrivals, ...other.unverified.keys()]) {
      const block = other.blocks[index]
      const verdict = other.unverified.has(index) ? 'unverified' : 'verified'
      if (block !== undefined && other.origins[index] === 'cdn') this.put(index, block, 'cdn', now, verdict)
    }
    this.firstByteAt ??= other.firstByteAt
  }

  /** Called when the length became known after the last block. */
  noteCompletion(now: number): void {
    if (this.playable) this.completedAt ??= now
  }

  /** Up to where blocks are known to exist: the exact length, else the expected one or `seenBlocks`. */
  missingEnd(seenBlocks: number): number {
    const known = blockCount(this.toldBytes ?? 0)
    return this.totalBytes === undefined ? Math.max(known, seenBlocks) : known
  }

  private wait(index: number): void {
    this.unverified.set(index, undefined)
    if (this.origins[index] !== 'cdn') this.unverifiedPeerBlocks += 1
  }

  private stopWaiting(index: number): void {
    const hash = this.unverified.get(index)
    if (!this.unverified.delete(index) || this.origins[index] === 'cdn') return
    this.unverifiedPeerBlocks -= 1
    if (hash !== undefined) this.doubtfulPeerBytes -= this.blocks[index]?.length ?? 0
  }
}
