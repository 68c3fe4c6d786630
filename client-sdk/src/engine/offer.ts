import type { SegmentKey } from '../../../protocol/segment-key.js'
import type { BlockRun } from '../../../protocol/wire-messages.js'
import { blockCount } from '../../../protocol/block.js'
import { BlockSet } from './block-set.js'

/** What one neighbour said of one segment: which blocks it holds, and the length once it has all of them. */
export class Offer {
  /** Set by `have`: the segment's exact length, and with it that the neighbour holds it whole. */
  wholeBytes: number | undefined
  private readonly told = new BlockSet()

  constructor(
    readonly key: SegmentKey,
    /** The neighbour's name for the segment, on its link. */
    readonly handle: number,
  ) {}

  /** One more than the highest block told of. */
  seenBlocks = 0

  add(runs: readonly BlockRun[]): void {
    for (const run of runs) {
      for (let index = run.first; index < run.first + run.count; index += 1) this.told.add(index)
      this.seenBlocks = Math.max(this.seenBlocks, run.first + run.count)
    }
  }

  whole(bytes: number): void {
    this.wholeBytes = bytes
    this.seenBlocks = blockCount(bytes)
  }

  holds(index: number): boolean {
    return this.wholeBytes === undefined ? this.told.has(index) : index < this.seenBlocks
  }
}
