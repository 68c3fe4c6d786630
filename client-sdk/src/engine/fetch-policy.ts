import { blockBytes, blockCount } from '../../../protocol/block.js'
import { rendezvousRank } from '../../../protocol/rendezvous.js'
import { blockRuns } from './block-set.js'
import type { FetchReason } from './cdn-fetch.js'
import type { CdnFetcher } from './cdn-fetcher.js'
import type { EngineContext } from './context.js'
import type { MemberId } from '../../../protocol/ids.js'
import type { SegmentIdentity } from '../../../protocol/segment-key.js'
import type { Task } from './task.js'
import { tuning } from './tuning.js'

/**
 * Decides when the CDN is asked, and for what. Two moments matter for each segment: when this member's turn comes to
 * fetch for the cell what nobody offers (the claim), and when waiting on for neighbours would endanger playback (the
 * rescue). A member without neighbours waits for nobody.
 */
export class FetchPolicy {
  private averageSegmentBytes: number | undefined
  /** When the first neighbour linked. It needs a moment to say what it holds of older segments. */
  private firstLinkAt = Number.NEGATIVE_INFINITY
  /** The newest segments that this member claimed. */
  private readonly ownClaims: SegmentIdentity[] = []

  constructor(
    private readonly context: EngineContext,
    private readonly fetcher: CdnFetcher,
    private readonly uploads: { readonly enabled: boolean; readonly bytesPerSecond: number | undefined },
  ) {}

  settle(now: number): void {
    for (const task of this.context.tasks.values()) this.decide(task, now)
  }

  wakeAt(now: number): number | undefined {
    let earliest: number | undefined
    for (const task of this.context.tasks.values()) {
      const at = this.nextDecision(task, now)
      if (at !== undefined && (earliest === undefined || at < earliest)) earliest = at
    }
    return earliest
  }

  /** A link opened to a member that had none. */
  firstLinkOpened(now: number): void {
    this.firstLinkAt = now
  }

  /** Feeds the expected size of segments not yet known. */
  segmentCompleted(bytes: number): void {
    const before = this.averageSegmentBytes
    this.averageSegmentBytes = before === undefined ? bytes : before + 0.3 * (bytes - before)
  }

  /**
   * A claim of somebody else was heard while this member fetches the same for the cell. The better rank goes on; the
   * other yields unless it is nearly done.
   */
  yieldTo(claimant: MemberId, task: Task): void {
    const claimed = task.fetches.filter((each) => each.reason === 'claim')
    if (claimed.length === 0 || rendezvousRank(this.context.config.self, [claimant], task.key) === 0) return
    const expected = task.copy.totalBytes ?? task.copy.expectedBytes ?? this.expectedBytes(task)
    if (task.copy.heldBytes >= expected * tuning.claimYieldShareMax) return
    for (const fetch of claimed) this.fetcher.abort(task, fetch)
  }

  private decide(task: Task, now: number): void {
    if (task.source === undefined || task.copy.complete || now < task.cdnRetryAt) return
    const rescueAt = this.rescueAt(task)
    if (rescueAt !== undefined && now >= rescueAt) {
      this.rescue(task, now)
    } else if (this.mayClaim(task) && now >= this.claimAt(task)) {
      this.claim(task, now)
    }
  }

  private nextDecision(task: Task, now: number): number | undefined {
    if (task.source === undefined || task.copy.complete) return undefined
    const times: number[] = []
    const rescueAt = this.rescueAt(task)
    if (rescueAt !== undefined && this.missing(task).length > 0) times.push(rescueAt)
    if (this.mayClaim(task) && this.unoffered(task).length > 0) times.push(this.claimAt(task))
    if (times.length === 0) return undefined
    return Math.max(Math.min(...times), task.cdnRetryAt, now)
  }

  /** The latest moment at which everything missing can still come from the CDN in time, if the player wants it. */
  private rescueAt(task: Task): number | undefined {
    if (task.deadline === undefined) return undefined
    const missing = Math.max(0, this.expectedBytes(task) - task.copy.heldBytes)
    return task.deadline - tuning.rescueMarginMs - this.context.cdn.cautiousFetchMs(missing)
  }

  private expectedBytes(task: Task): number {
    const { totalBytes, expectedBytes } = task.copy
    return totalBytes ?? expectedBytes ?? this.averageSegmentBytes ?? tuning.segmentBytesAssumed
  }

  /** Without neighbours only what the player wants is fetched: there is nobody to fetch ahead for. */
  private mayClaim(task: Task): boolean {
    return task.listedAt !== undefined && (task.wanted || this.context.neighbours.size > 0)
  }

  /** When it is this member's turn to fetch what nobody offers. */
  private claimAt(task: Task): number {
    const listedAt = task.listedAt ?? task.openedAt
    if (task.cdnOnly) return listedAt
    // A joiner's first segment is a rescue, at once; the next ones can wait for the links that are being made.
    const { neighbours, cell } = this.context
    if (neighbours.size === 0) return Math.max(listedAt, cell.linkExpectedUntil ?? listedAt)
    const claimedAt = this.context.claims.newestAt(task.key) ?? Number.NEGATIVE_INFINITY
    const progressAt = task.progressAt ?? Number.NEGATIVE_INFINITY
    const silentAt = Math.max(claimedAt, progressAt) + tuning.claimPatienceMs
    const toldAt = listedAt < this.firstLinkAt ? this.firstLinkAt + tuning.greetingMs : listedAt
    return Math.max(toldAt, silentAt) + this.turnDelay(task)
  }

  private turnDelay(task: Task): number {
    if (!task.live) return 0
    if (!this.uploads.enabled) {
      return tuning.claimRanksDistinct * tuning.claimRankStepMs + tuning.claimIdlePenaltyMs
    }
    const rank = this.context.cell.rank(task.segment, this.context.neighbours.values())
    const rankDelay = Math.min(rank, tuning.claimRanksDistinct) * tuning.claimRankStepMs
    return rankDelay + this.fairnessDelay(task) + this.uplinkDelay(task)
  }

  /**
   * The member whose player polls first after a segment's birth would fetch them all. So each segment that it fetched
   * for the cell beyond its share of the last few makes it wait longer for others to come first.
   */
  private fairnessDelay(task: Task): number {
    const { rendition, sequence } = task.segment
    const since = sequence - tuning.claimTurns
    const lately = this.ownClaims.filter((own) => own.rendition === rendition && own.sequence >= since)
    const share = tuning.claimTurns / (this.context.neighbours.size + 1)
    const tooMany = Math.max(0, lately.length - share)
    return Math.min(tooMany * tuning.claimTurnMs, tuning.claimTurnMsMax) * this.strain(task)
  }

  /** How hard it is for this member's line to hand a segment on: 1 where it takes a second or more, or is not known. */
  private strain(task: Task): number {
    return Math.min(1, (this.handOnMs(task) ?? 1000) / 1000)
  }

  /** A slow line takes long to hand on what it fetched: members with a faster one are let come first. */
  private uplinkDelay(task: Task): number {
    return Math.min((this.handOnMs(task) ?? 0) * tuning.claimHandOnShare, tuning.claimHandOnMsMax)
  }

  /** In how long its line can hand the segment on once; undefined while the line was never seen to be full. */
  private handOnMs(task: Task): number | undefined {
    const { bytesPerSecond } = this.uploads
    return bytesPerSecond === undefined ? undefined : (this.expectedBytes(task) * 1000) / bytesPerSecond
  }

  private claim(task: Task, now: number): void {
    const runs = this.unoffered(task)
    if (runs.length === 0) return
    if (task.live) this.noteOwnClaim(task.segment)
    this.context.sendToAll({
      kind: 'claim',
      segment: task.segment,
      claimant: this.context.config.self,
      run: { first: 0, count: 0 },
      hops: 0,
    })
    for (const run of runs) this.fetcher.start(task, run.from, run.to, 'claim', now)
  }

  private noteOwnClaim(segment: SegmentIdentity): void {
    this.ownClaims.push(segment)
    if (this.ownClaims.length > tuning.claimTurns * 2) this.ownClaims.shift()
  }

  private rescue(task: Task, now: number): void {
    const runs = this.missing(task)
    if (runs.length === 0) return
    const waited = task.wants.some((want) => want.deadline > want.wantedAt + tuning.urgentMs)
    const expected = waited && this.context.neighbours.size > 0
    const reason: FetchReason = expected ? 'rescue' : 'start'
    if (expected) this.context.ledger.rescued()
    for (const run of runs) this.fetcher.start(task, run.from, run.to, reason, now)
  }

  /** What nobody offers. Where the segment ends is taken from the offers, for want of better. */
  private unoffered(task: Task): FetchRun[] {
    if (task.cdnOnly) return this.missing(task)
    const offers = [...this.context.neighbours.values()].map((neighbour) => neighbour.offer(task.key))
    const seenBlocks = Math.max(0, ...offers.map((offer) => offer?.seenBlocks ?? 0))
    return this.runsLeft(task, seenBlocks, (index) => offers.some((offer) => offer?.holds(index) === true))
  }

  /** Everything not held. What neighbours say of the segment's end counts for nothing here. */
  private missing(task: Task): FetchRun[] {
    return this.runsLeft(task, 0, () => false)
  }

  /** What is neither held, nor under way from the CDN, nor excluded: as few Range requests. */
  private runsLeft(task: Task, seenBlocks: number, excluded: (index: number) => boolean): FetchRun[] {
    const { totalBytes, expectedBytes, heldEnd } = task.copy
    const told = totalBytes ?? expectedBytes
    const knownEnd = told === undefined ? Math.max(seenBlocks, heldEnd) : blockCount(told)
    const left: number[] = []
    for (let index = 0; index < knownEnd; index += 1) {
      if (!task.copy.holds(index) && !task.fetching(index) && !excluded(index)) left.push(index)
    }
    const runs: FetchRun[] = blockRuns(left).map((run) => ({
      from: run.first * blockBytes,
      to: (run.first + run.count) * blockBytes,
    }))
    const last = runs.at(-1)
    // The last request is open-ended: only the CDN's own end of file says how long the segment is.
    if (last !== undefined && last.to === knownEnd * blockBytes) last.to = undefined
    else if (totalBytes === undefined && !task.fetching(knownEnd)) {
      runs.push({ from: knownEnd * blockBytes, to: undefined })
    }
    return merged(runs)
  }
}

interface FetchRun {
  readonly from: number
  to: number | undefined
}

/** Many small holes are dearer as requests than as bytes: beyond a few, the rest is fetched as one. */
function merged(runs: FetchRun[]): FetchRun[] {
  if (runs.length <= tuning.rescueRunsMax) return runs
  const kept = runs.slice(0, tuning.rescueRunsMax)
  const last = kept.at(-1)
  if (last !== undefined) last.to = runs.at(-1)?.to
  return kept
}
