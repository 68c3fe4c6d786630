import type { SegmentIdentity, SegmentKey } from '../../../protocol/segment-key.js'
import type { EngineContext } from './context.js'
import type { SegmentSizes } from './segment-sizes.js'
import type { Task } from './task.js'
import { tuning } from './tuning.js'

/** What turns depend on beside the cell: whether, and how fast, this member can hand on what it fetches. */
export interface Giving {
  readonly enabled: boolean
  /** Undefined while neither the line nor its owner's cap is known to bind. */
  readonly bytesPerSecond: number | undefined
}

interface OwnClaim {
  readonly segment: SegmentIdentity
  readonly share: number
}

/**
 * How long this member lets others come first before it claims: the less it fetched for the cell lately and the faster its line, the
 * sooner it is its turn. Nobody has to know anybody else's line.
 */
export class Turns {
  /** When the first neighbour linked. It needs a moment to say what it holds of older segments. */
  private firstLinkAt = Number.NEGATIVE_INFINITY
  /** The newest claims of this member. */
  private readonly own: OwnClaim[] = []
  /** What the claims since a segment sum up to, by the segment, until the next claim. */
  private readonly sums = new Map<SegmentKey, number>()

  constructor(
    private readonly context: EngineContext,
    private readonly giving: Giving,
    private readonly sizes: SegmentSizes,
  ) {}

  /** A link opened to a member that had none. */
  firstLinkOpened(now: number): void {
    this.firstLinkAt = now
  }

  /** Whether this member hands on what it fetches. */
  get gives(): boolean {
    return this.giving.enabled
  }

  /** This member claimed a share of a segment: 1 is all of it. */
  claimed(segment: SegmentIdentity, share: number): void {
    this.own.push({ segment, share })
    if (this.own.length > tuning.claimsRememberedMax) this.own.shift()
    this.sums.clear()
  }

  /** When it is this member's turn to fetch what nobody claims. */
  at(task: Task): number {
    const listedAt = task.listedAt ?? task.openedAt
    if (task.cdnOnly) return listedAt
    const { neighbours, cell } = this.context
    // A joiner's first segment is a rescue, at once; the next ones can wait for the links that are being made.
    if (neighbours.size === 0) return Math.max(listedAt, cell.linkExpectedUntil ?? listedAt)
    const toldAt = listedAt < this.firstLinkAt ? this.firstLinkAt + tuning.greetingMs : listedAt
    return toldAt + this.delay(task)
  }

  /** How much longer than the first of the cell this member waits. */
  delay(task: Task): number {
    // Who gives nothing claims only where nobody else gives either: then there is nobody to wait for.
    if (!task.live || !this.giving.enabled) return 0
    return this.fairnessDelay(task) + this.lineDelay(task)
  }

  /** In how long the line can hand so many bytes on once; undefined while it was never seen to be full. */
  handOnMs(bytes: number): number | undefined {
    const { bytesPerSecond } = this.giving
    return bytesPerSecond === undefined ? undefined : (bytes * 1000) / bytesPerSecond
  }

  /**
   * The member whose player polls first after a segment's birth would fetch them all. So each segment that it fetched
   * for the cell beyond its share of the last few makes it wait longer for others to come first. The more members, the
   * sooner another one polls.
   */
  private fairnessDelay(task: Task): number {
    const { rendition, sequence } = task.segment
    const since = sequence - tuning.claimTurns
    let lately = this.sums.get(task.key)
    if (lately === undefined) {
      lately = this.claimedSince(rendition, since)
      if (this.sums.size >= tuning.claimTurns) this.sums.clear()
      this.sums.set(task.key, lately)
    }
    const members = this.context.neighbours.size + 1
    const tooMany = Math.max(0, lately - tuning.claimTurns / members)
    return Math.min((tooMany * tuning.claimTurnMs) / members, tuning.claimTurnMsMax)
  }

  private claimedSince(rendition: SegmentIdentity['rendition'], since: number): number {
    let sum = 0
    for (const { segment, share } of this.own) {
      if (segment.sequence >= since && segment.rendition === rendition) sum += share
    }
    return sum
  }

  /** A slow line takes long to hand on what it fetched: members with a faster one are let come first. */
  private lineDelay(task: Task): number {
    const handOnMs = this.handOnMs(this.sizes.bytes(task)) ?? 0
    return Math.min(handOnMs * tuning.claimHandOnShare, tuning.claimHandOnMsMax)
  }
}
