import type { SegmentKey } from '../../../protocol/segment-key.js'
import type { BlockRun } from '../../../protocol/wire-messages.js'
import { blockBytes, blockCount, blockLength } from '../../../protocol/block.js'
import { BlockSet } from './block-set.js'

/** Most offers are whole after a moment: they share it. */
const none = new BlockSet()

/** Counts the blocks that an offer holds. */
interface HeldBlocks {
  held(index: number, by: 1 | -1): void
}

/**
 * What one neighbour said of one segment: which blocks it holds, and the length once it has all of them or its end.
 *
 * Invariant: the blocks for which `holds` is true are those counted in `supply`.
 */
export class Offer {
  /** Set by `have`: the segment's exact length, and with it that the neighbour holds it whole. */
  wholeBytes: number | undefined
  /** Set by `ends`: the segment's exact length, of which the neighbour lacks some. */
  private endsBytes: number | undefined
  /** One more than the highest block told of. */
  seenBlocks = 0
  /** `refused`: a block; nothing is asked of the neighbour until it tells of the segment again. `over`: it is gone. */
  private state: 'good' | 'refused' | 'over' = 'good'
  /** The blocks told of, until it is whole. */
  private told = new BlockSet()

  constructor(
    readonly key: SegmentKey,
    /** The neighbour's name for the segment, on its link. */
    readonly handle: number,
    private readonly supply: HeldBlocks,
  ) {}

  /** The segment's length as the neighbour told it. */
  get toldBytes(): number | undefined {
    return this.wholeBytes ?? this.endsBytes
  }

  /** Whether the neighbour told another length. */
  contradicts(bytes: number): boolean {
    return this.toldBytes !== undefined && this.toldBytes !== bytes
  }

  /** How long this block is at the neighbour. */
  lengthOf(index: number): number {
    return this.toldBytes === undefined ? blockBytes : blockLength(this.toldBytes, index)
  }

  /** Returns false, and notes nothing, when a run lies beyond the end that the neighbour itself told. */
  add(runs: readonly BlockRun[]): boolean {
    const end = this.toldBytes === undefined ? Number.POSITIVE_INFINITY : blockCount(this.toldBytes)
    if (runs.some((run) => run.first + run.count > end)) return false
    this.believe()
    if (this.wholeBytes !== undefined) return true
    for (const run of runs) {
      for (let index = run.first; index < run.first + run.count; index += 1) {
        if (this.told.add(index)) this.supply.held(index, 1)
      }
      this.seenBlocks = Math.max(this.seenBlocks, run.first + run.count)
    }
    return true
  }

  /** Returns false, and notes nothing, when the neighbour told of blocks beyond this end before. */
  ends(bytes: number): boolean {
    if (this.seenBlocks > blockCount(bytes)) return false
    this.endsBytes = bytes
    return true
  }

  refuse(): void {
    this.doubt('refused')
  }

  /** The neighbour no longer offers the segment, or is gone. */
  end(): void {
    this.doubt('over')
  }

  /** Returns false, and notes nothing, when the neighbour told of blocks beyond this end before. */
  whole(bytes: number): boolean {
    const blocks = blockCount(bytes)
    if (this.seenBlocks > blocks) return false
    this.believe()
    if (this.wholeBytes === undefined) {
      for (let index = 0; index < blocks; index += 1) if (!this.told.has(index)) this.supply.held(index, 1)
    }
    this.wholeBytes = bytes
    this.seenBlocks = blocks
    this.told = none
    return true
  }

  holds(index: number): boolean {
    return this.state === 'good' && this.toldOf(index)
  }

  private toldOf(index: number): boolean {
    return this.wholeBytes === undefined ? this.told.has(index) : index < this.seenBlocks
  }

  private believe(): void {
    if (this.state === 'good') return
    this.state = 'good'
    this.count(1)
  }

  private doubt(state: 'refused' | 'over'): void {
    const before = this.state
    this.state = state
    if (before === 'good') this.count(-1)
  }

  private count(by: 1 | -1): void {
    for (let index = 0; index < this.seenBlocks; index += 1) {
      if (this.toldOf(index)) this.supply.held(index, by)
    }
  }
}
