import type { SegmentKey } from '../../../protocol/segment-key.js'
import type { BlockRun } from '../../../protocol/wire-messages.js'
import { blockCount } from '../../../protocol/block.js'
import { BlockSet } from './block-set.js'

/** What one neighbour said of one segment: which blocks it holds, and the length once it has all of them. */
export class Offer {
  /** Set by `have`: the segment's exact length, and with it that the neighbour holds it whole. */
  wholeBytes: number | undefined
  /** The neighbour refused a block: nothing is asked of it until it tells of the segment again. */
  private refused = false
  private readonly told = new BlockSet()

  constructor(
    readonly key: SegmentKey,
    /** The neighbour's name for the segment, on its link. */
    readonly handle: number,
  ) {}

  /** One more than the highest block told of. */
  seenBlocks = 0

  /** Returns false, and notes nothing, when a run lies beyond the end that the neighbour itself told. */
  add(runs: readonly BlockRun[]): boolean {
    const end = this.wholeBytes === undefined ? Number.POSITIVE_INFINITY : blockCount(this.wholeBytes)
    if (runs.some((run) => run.first + run.count > end)) return false
    this.refused = false
    for (const run of runs) {
      for (let index = run.first; index < run.first + run.count; index += 1) this.told.add(index)
      this.seenBlocks = Math.max(this.seenBlocks, run.first + run.count)
    }
    return true
  }

  refuse(): void {
    this.refused = true
  }

  /** Returns false, and notes nothing, when the neighbour told of blocks beyond this end before. */
  whole(bytes: number): boolean {
    if (this.seenBlocks > blockCount(bytes)) return false
    this.refused = false
    this.wholeBytes = bytes
    this.seenBlocks = blockCount(bytes)
    return true
  }

  holds(index: number): boolean {
    if (this.refused) return false
    return this.wholeBytes === undefined ? this.told.has(index) : index < this.seenBlocks
  }
}
