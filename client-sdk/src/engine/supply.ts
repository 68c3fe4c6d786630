import type { SegmentKey } from '../../../protocol/segment-key.js'
import type { Neighbour } from './neighbour.js'
import type { Offer } from './offer.js'

/** A neighbour that told of a segment. */
export interface Giver {
  readonly neighbour: Neighbour
  readonly offer: Offer
}

/** What all neighbours together offer of one segment, and what of it they were asked for: counted, not searched for. */
export class Supply {
  /** In the order in which their links opened. */
  readonly givers: Giver[] = []
  private readonly holders: number[] = []
  private askers: number[] = []
  private askedNow = 0

  /** One more than the highest block that anyone told of. */
  get seenBlocks(): number {
    let seen = 0
    for (const { offer } of this.givers) if (offer.seenBlocks > seen) seen = offer.seenBlocks
    return seen
  }

  get isOver(): boolean {
    return this.givers.length === 0 && this.askedNow === 0
  }

  /** Whether anyone can be asked for this block. */
  hold(index: number): boolean {
    return this.holdersOf(index) > 0
  }

  /** How many neighbours can be asked for this block. */
  holdersOf(index: number): number {
    return this.holders[index] ?? 0
  }

  /** Whether the answer to a request for this block is waited for. */
  isAsked(index: number): boolean {
    return (this.askers[index] ?? 0) > 0
  }

  join(giver: Giver): void {
    const at = this.givers.findIndex(({ neighbour }) => neighbour.link > giver.neighbour.link)
    this.givers.splice(at === -1 ? this.givers.length : at, 0, giver)
  }

  leave(offer: Offer): void {
    const at = this.givers.findIndex((giver) => giver.offer === offer)
    if (at >= 0) this.givers.splice(at, 1)
  }

  /** `by` is 1 for one more that holds the block, -1 for one less. */
  held(index: number, by: 1 | -1): void {
    this.holders[index] = this.holdersOf(index) + by
  }

  /** `by` is 1 for one more request for the block that is waited for, -1 for one less. */
  asked(index: number, by: 1 | -1): void {
    this.askers[index] = (this.askers[index] ?? 0) + by
    this.askedNow += by
    // Mostly the segment is whole, and is kept for long.
    if (this.askedNow === 0) this.askers = []
  }
}

/** The supplies of all segments that neighbours told of. */
export class Supplies {
  private readonly bySegment = new Map<SegmentKey, Supply>()

  get(key: SegmentKey): Supply | undefined {
    return this.bySegment.get(key)
  }

  /** The supply of this segment, begun now if there is none. */
  open(key: SegmentKey): Supply {
    let supply = this.bySegment.get(key)
    if (supply === undefined) {
      supply = new Supply()
      this.bySegment.set(key, supply)
    }
    return supply
  }

  /** Forgets a supply of which nothing is left. */
  tidy(key: SegmentKey): void {
    if (this.bySegment.get(key)?.isOver === true) this.bySegment.delete(key)
  }
}
