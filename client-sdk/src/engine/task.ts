import type { SegmentIdentity, SegmentKey } from '../../../protocol/segment-key.js'
import type { FetchFailure, SegmentSource, WantId } from './inputs.js'
import type { SegmentCopy } from './segment-copy.js'
import type { CdnFetch } from './cdn-fetch.js'

/** One request of the player for the task's segment. */
export interface Want {
  readonly want: WantId
  readonly wantedAt: number
  readonly deadline: number
  readonly firstByteTimeoutMs: number
  readonly loadTimeoutMs: number
}

/**
 * The work of getting one segment: who wants it and when, where the CDN keeps it, what is being fetched.
 * It ends when the segment is whole and handed out, or when nobody cares for it any more.
 */
export class Task {
  readonly wants: Want[] = []
  readonly fetches: CdnFetch[] = []
  /** Where the CDN keeps it; unknown while only neighbours have told of it. */
  source: SegmentSource | undefined
  /** When this member's own playlist listed it. */
  listedAt: number | undefined
  live = true
  /** When something last came closer: a block here, or news of a block at a neighbour. */
  progressAt: number | undefined
  /** See {@link Cell.startShare}; undefined until it is needed. */
  startShare: number | undefined
  /** When this member may claim more of the segment: its line is busy with what it claimed last. */
  claimsAgainAt: number | undefined
  /** The moment before the rescue, at which what was asked of nobody is fetched, has passed. */
  rescuedEarly = false
  /**
   * Whether what was asked of neighbours is still to be asked back before the rescue. `done`: it was, and nothing more is asked of
   * them. `over`: the rescue came first, or failed.
   */
  recall: 'due' | 'done' | 'over' = 'due'
  /** What came of fetches begun because waiting on would have been unsafe. */
  rescuedBytes = 0
  /** What neighbours would hardly bring was fetched early. */
  restocked = false
  /** The CDN has nothing from this block on. */
  endsBefore: number | undefined
  cdnFailures = 0
  cdnRetryAt = 0
  lastFailure: FetchFailure | undefined
  /** Neighbours contradicted each other on the segment's length: only the CDN is believed. */
  cdnOnly = false
  /** When the CDN last gave something else than the digest says. */
  cdnChangedAt: number | undefined
  /** It did so twice: what it gives is played, by this viewer alone. */
  ownPathOnly = false

  constructor(
    /** Replaced when its blocks turned out to be of different segments. */
    public copy: SegmentCopy,
    readonly openedAt: number,
  ) {}

  get key(): SegmentKey {
    return this.copy.key
  }

  get segment(): SegmentIdentity {
    return this.copy.segment
  }

  get wanted(): boolean {
    return this.wants.length > 0
  }

  /** The earliest moment at which the player needs it; undefined when the player has not asked. */
  get deadline(): number | undefined {
    if (this.wants.length === 0) return undefined
    let earliest = Number.POSITIVE_INFINITY
    for (const want of this.wants) if (want.deadline < earliest) earliest = want.deadline
    return earliest
  }

  /** True when a fetch under way will bring this block. */
  fetching(index: number): boolean {
    for (const fetch of this.fetches) if (fetch.covers(index)) return true
    return false
  }
}
