import { blockBytes, blockCount, blockLength } from '../../../protocol/block.js'
import type { BlockScheduler } from './block-scheduler.js'
import type { FetchReason } from './cdn-fetch.js'
import type { CdnFetcher } from './cdn-fetcher.js'
import type { EngineContext } from './context.js'
import { anyGap, claimedRun, gapsOf, merged, sliceOf, type Gap } from './gaps.js'
import type { OwnClaims } from './own-claims.js'
import type { SegmentSizes } from './segment-sizes.js'
import type { Shortage } from './shortage.js'
import type { Task } from './task.js'
import { tuning } from './tuning.js'
import type { Turns } from './turns.js'

const noSupply = { seenBlocks: 0, hold: () => false }

/**
 * Decides when the CDN is asked, and for what. Two moments matter for each segment: when this member's turn comes to
 * fetch for the cell what nobody claims or offers (the claim), and when waiting on for neighbours would endanger playback
 * (the rescue). A member without neighbours waits for nobody.
 */
export class FetchPolicy {
  constructor(
    private readonly context: EngineContext,
    private readonly fetcher: CdnFetcher,
    private readonly turns: Turns,
    private readonly sizes: SegmentSizes,
    private readonly scheduler: BlockScheduler,
    private readonly shortage: Shortage,
    private readonly ownClaims: OwnClaims,
  ) {}

  settle(now: number): void {
    for (const task of this.context.tasks.values()) {
      this.ownClaims.dropOffered(task)
      this.decide(task, now)
    }
  }

  wakeAt(now: number): number | undefined {
    let earliest: number | undefined
    for (const task of this.context.tasks.values()) {
      const at = this.nextDecision(task, now)
      if (at !== undefined && (earliest === undefined || at < earliest)) earliest = at
    }
    return earliest
  }

  private decide(task: Task, now: number): void {
    if (task.source === undefined || task.copy.complete || now < task.cdnRetryAt) return
    const rescueAt = this.rescueAt(task)
    const earlyAt = this.earlyRescueAt(task, rescueAt)
    if (rescueAt !== undefined && now >= rescueAt) this.rescue(task, now)
    else if (earlyAt !== undefined && now >= earlyAt) this.rescueEarly(task, now)
    else if (this.recallDue(task, rescueAt, now)) this.recall(task)
    else if (this.mayClaim(task)) this.claimDue(task, now)
    const restockAt = this.restockAt(task)
    if (restockAt !== undefined && now >= restockAt) this.restock(task, now)
  }

  private nextDecision(task: Task, now: number): number | undefined {
    if (task.source === undefined || task.copy.complete) return undefined
    const rescueAt = this.rescueAt(task)
    const never = Number.POSITIVE_INFINITY
    const recallAt = this.recallAt(task, rescueAt) ?? never
    let at = Math.min(this.earlyRescueAt(task, rescueAt) ?? never, recallAt, this.restockAt(task) ?? never)
    if (rescueAt !== undefined && rescueAt < at && this.anyMissing(task)) at = rescueAt
    if (this.mayClaim(task)) at = Math.min(at, this.nextClaim(task, at))
    return at === never ? undefined : Math.max(at, task.cdnRetryAt, now)
  }

  /** When this member claims next, if that is before another decision: else it need not be known. */
  private nextClaim(task: Task, before: number): number {
    const claimAt = this.claimAt(task)
    const overtakeAt = this.overtakeAt(task)
    if (Math.min(claimAt, overtakeAt) >= before) return before
    if (this.anyUnclaimed(task)) return claimAt
    return this.anyUnoffered(task) ? overtakeAt : Number.POSITIVE_INFINITY
  }

  /** The latest moment at which everything missing can still come from the CDN in time, if the player wants it. */
  rescueAt(task: Task): number | undefined {
    if (task.deadline === undefined) return undefined
    const missing = this.missingBytes(task) + task.copy.doubtfulPeerBytes
    return task.deadline - tuning.rescueMarginMs - this.context.cdn.cautiousFetchMs(missing)
  }

  /**
   * Where some of each segment is rescued anyway: a moment earlier what was asked of nobody is fetched, so that until the
   * last moment neighbours can bring what they were asked for, and it need not come twice.
   */
  private earlyRescueAt(task: Task, rescueAt: number | undefined): number | undefined {
    if (task.rescuedEarly || this.shortage.share === 0 || this.context.neighbours.size === 0) return undefined
    return rescueAt === undefined ? undefined : rescueAt - tuning.rescueEarlyMs
  }

  private rescueEarly(task: Task, now: number): void {
    task.rescuedEarly = true
    const asked = this.scheduler.comingWithin(task, Number.POSITIVE_INFINITY, now)
    const gaps = merged(this.without(task, 0, (index) => asked.has(index)))
    if (gaps.length > 0) this.rescueGaps(task, gaps, now)
  }

  /**
   * Where some of each segment is rescued anyway: what neighbours have not sent by then is asked back, so that what is
   * rescued is not on its way as well.
   */
  private recallAt(task: Task, rescueAt: number | undefined): number | undefined {
    if (task.recall !== 'due' || this.shortage.share === 0 || this.context.neighbours.size === 0)
      return undefined
    return rescueAt === undefined ? undefined : rescueAt - tuning.rescueRecallMs
  }

  private recallDue(task: Task, rescueAt: number | undefined, now: number): boolean {
    const recallAt = this.recallAt(task, rescueAt)
    return recallAt !== undefined && now >= recallAt
  }

  private recall(task: Task): void {
    task.recall = 'done'
    this.scheduler.recallAll(task)
  }

  /** What is neither here nor on its way from the CDN. */
  private missingBytes(task: Task): number {
    const bytes = this.sizes.bytes(task)
    const blocks = blockCount(bytes)
    if (task.fetches.length === 0 && task.copy.heldEnd < blocks) return bytes - task.copy.heldBytes
    let missing = 0
    for (let index = 0; index < blocks; index += 1) {
      if (!task.copy.holds(index) && !task.fetching(index)) missing += blockLength(bytes, index)
    }
    return missing
  }

  /** When what neighbours will hardly bring is fetched while there is time to hand it on; once for each segment. */
  private restockAt(task: Task): number | undefined {
    if (task.restocked || !task.live || task.cdnOnly || task.listedAt === undefined) return undefined
    if (this.shortage.share === 0 || !this.turns.gives || this.context.neighbours.size === 0) return undefined
    return this.turns.at(task) + tuning.restockAfterMs
  }

  private restock(task: Task, now: number): void {
    task.restocked = true
    const { neighbours, cell, cdn } = this.context
    if (cdn.ignoresRange || !this.sizes.known(task)) return
    const end = this.sizes.blocks(task)
    task.startShare ??= cell.startShare(task.segment, neighbours.values())
    const blocks = Math.round(this.shortage.share * end)
    const asked = (index: number) => this.context.supply(task.key)?.isAsked(index) === true
    const gaps = merged(this.without(task, 0, asked))
    const slice = sliceOf(gaps, Math.floor(task.startShare * end), blocks, end)
    if (blocks > 0 && slice !== undefined) this.fetch(task, slice, 'restock', now)
  }

  /**
   * Without neighbours only what the player wants is fetched: there is nobody to fetch ahead for. And who gives nothing
   * fetches for nobody: what it lacks comes from those who do, or with its own rescue.
   */
  private mayClaim(task: Task): boolean {
    if (task.listedAt === undefined) return false
    const { neighbours, cell } = this.context
    if (neighbours.size === 0) return task.wanted
    return this.turns.gives || task.cdnOnly || !cell.hasGivers(task.segment.rendition, neighbours.values())
  }

  /** When this member claims what nobody does. Blocks seen that nobody claimed are somebody's start or rescue. */
  private claimAt(task: Task): number {
    if (task.cdnOnly) return this.turns.at(task)
    const claimed = this.claimedAt(task) !== undefined || task.claimsAgainAt !== undefined
    const turnAt = task.progressAt !== undefined && !claimed ? this.overtakeAt(task) : this.turns.at(task)
    return Math.max(turnAt, task.claimsAgainAt ?? turnAt)
  }

  /** When claims that lead to nothing keep this member silent no longer. */
  private overtakeAt(task: Task): number {
    if (this.context.neighbours.size === 0 || task.cdnOnly) return this.turns.at(task)
    const claimedAt = this.claimedAt(task) ?? Number.NEGATIVE_INFINITY
    const silentAt = Math.max(claimedAt, task.progressAt ?? Number.NEGATIVE_INFINITY) + tuning.claimPatienceMs
    return Math.max(this.turns.at(task), silentAt + this.turns.delay(task))
  }

  private claimedAt(task: Task): number | undefined {
    return this.context.claims.newestAt(task.key)
  }

  private claimDue(task: Task, now: number): void {
    const claimAt = this.claimAt(task)
    if (now < claimAt && now < this.overtakeAt(task)) return
    const unclaimed = this.unclaimed(task)
    if (unclaimed.length > 0) {
      if (now >= claimAt) this.claim(task, this.portion(task, unclaimed), now)
    } else if (now >= this.overtakeAt(task)) {
      this.claim(task, this.unoffered(task), now)
    }
  }

  /** As much as this member's line hands on in a moment, so that others fetch the rest at the same time. */
  private portion(task: Task, unclaimed: readonly Gap[]): readonly Gap[] {
    const { neighbours, cell, cdn } = this.context
    if (!task.live || neighbours.size === 0 || task.cdnOnly || cdn.ignoresRange || !this.sizes.known(task)) {
      return unclaimed
    }
    const msPerBlock = this.turns.handOnMs(blockBytes) ?? (blockBytes * 1000) / tuning.lineAssumed
    const blocks = Math.max(Math.round(tuning.claimRunMs / msPerBlock), tuning.claimBlocksMin)
    const end = this.sizes.blocks(task)
    const left = unclaimed.reduce((sum, gap) => sum + Math.max(0, (gap.end ?? end) - gap.first), 0)
    if (blocks >= left * tuning.claimAllShare) return unclaimed
    task.startShare ??= cell.startShare(task.segment, neighbours.values())
    const slice = sliceOf(unclaimed, Math.floor(task.startShare * end), blocks, end)
    return slice === undefined ? [] : [slice]
  }

  private claim(task: Task, gaps: readonly Gap[], now: number): void {
    if (gaps.length === 0) return
    const end = this.sizes.blocks(task)
    const asksAt = this.crossedBy(task, now)
    let blocks = 0
    for (const gap of gaps.slice(0, tuning.claimedRunsMax)) {
      blocks += Math.max(0, (gap.end ?? end) - gap.first)
      this.ownClaims.tell('claim', task, claimedRun(gap))
      this.fetch(task, gap, 'claim', now, asksAt)
    }
    if (task.live) this.turns.claimed(task.segment, Math.min(1, blocks / Math.max(end, 1)))
    const handOnMs = this.turns.handOnMs(blocks * blockBytes) ?? tuning.claimRunMs
    task.claimsAgainAt = now + handOnMs + tuning.claimOwnRestMs
  }

  /** When claims that cross this one have been heard, and the CDN may be asked; sooner where the player cannot wait. */
  private crossedBy(task: Task, now: number): number {
    if (!task.live || !this.turns.gives || task.cdnOnly || this.context.neighbours.size === 0) return now
    const rescueAt = this.rescueAt(task) ?? Number.POSITIVE_INFINITY
    return Math.max(now, Math.min(now + tuning.claimCrossMs, rescueAt))
  }

  private rescue(task: Task, now: number): void {
    task.rescuedEarly = true
    if (task.recall === 'due') task.recall = 'over'
    this.fetcher.hasten(task, now)
    const waited = task.wants.some((want) => want.deadline > want.wantedAt + tuning.urgentMs)
    const expected = waited && this.context.neighbours.size > 0
    const inTime = expected && (task.deadline ?? now) > now + tuning.urgentMs
    const coming = inTime ? this.coming(task, now) : new Set<number>()
    const uncertain = merged(this.without(task, 0, (index) => coming.has(index)))
    const gaps = uncertain.length > 0 ? uncertain : this.missing(task)
    if (gaps.length === 0) return
    if (expected) this.rescueGaps(task, gaps, now)
    else for (const gap of gaps) this.fetch(task, gap, 'start', now)
    this.scheduler.cancelFetched(task)
  }

  private rescueGaps(task: Task, gaps: readonly Gap[], now: number): void {
    this.context.ledger.rescued()
    for (const gap of gaps) this.fetch(task, gap, 'rescue', now)
  }

  /** What neighbours are expected to bring while the CDN sends the rest: it has its own last moment, a little later. */
  private coming(task: Task, now: number): ReadonlySet<number> {
    const { cdn } = this.context
    const missing = this.missingBytes(task)
    const left = task.recall === 'done' ? missing : missing * tuning.rescueComingShareMax
    if (left < blockBytes) return new Set()
    // What was asked back and not refused is on its way.
    const withinMs =
      task.recall === 'done'
        ? Number.POSITIVE_INFINITY
        : cdn.cautiousFetchMs(missing) - cdn.cautiousFetchMs(left)
    const soonest = [...this.scheduler.comingWithin(task, withinMs, now)]
    return new Set(soonest.slice(0, Math.floor(left / blockBytes)))
  }

  private fetch(task: Task, { first, end }: Gap, reason: FetchReason, now: number, asksAt = now): void {
    const to = end === undefined ? undefined : end * blockBytes
    this.fetcher.start(task, { from: first * blockBytes, to, reason, asksAt }, now)
  }

  /** What nobody offers and nobody claims. */
  private unclaimed(task: Task): readonly Gap[] {
    if (task.cdnOnly) return this.missing(task)
    return this.without(task, this.expectedEnd(task), this.taken(task))
  }

  private anyUnclaimed(task: Task): boolean {
    if (task.cdnOnly) return this.anyMissing(task)
    return anyGap(task, this.endOf(task, this.expectedEnd(task)), this.taken(task))
  }

  /** Where nothing tells the segment's end, it is expected where others ended. */
  private expectedEnd(task: Task): number {
    return Math.max(this.sizes.known(task) ? this.sizes.blocks(task) : 0, this.offers(task).seenBlocks)
  }

  /** Which blocks somebody offers or claims, or the CDN does not have. */
  private taken(task: Task): (index: number) => boolean {
    const { key, endsBefore = Number.POSITIVE_INFINITY } = task
    const { claims } = this.context
    const offers = this.offers(task)
    return (index) => index >= endsBefore || offers.hold(index) || claims.cover(key, index)
  }

  /** What nobody offers, whoever claims it. */
  private unoffered(task: Task): readonly Gap[] {
    if (task.cdnOnly) return this.missing(task)
    const offers = this.offers(task)
    return merged(this.without(task, offers.seenBlocks, (index) => offers.hold(index)))
  }

  private anyUnoffered(task: Task): boolean {
    if (task.cdnOnly) return this.anyMissing(task)
    const offers = this.offers(task)
    return anyGap(task, this.endOf(task, offers.seenBlocks), (index) => offers.hold(index))
  }

  private anyMissing(task: Task): boolean {
    return anyGap(task, this.endOf(task, 0), () => false)
  }

  /** Everything not held. What neighbours say of the segment's end counts for nothing here. */
  private missing(task: Task): readonly Gap[] {
    return merged(this.without(task, 0, () => false))
  }

  private without(task: Task, seenBlocks: number, excluded: (index: number) => boolean): readonly Gap[] {
    return gapsOf(task, this.endOf(task, seenBlocks), excluded)
  }

  private endOf({ copy: { toldBytes, heldEnd } }: Task, seenBlocks: number): number {
    return toldBytes === undefined ? Math.max(seenBlocks, heldEnd) : blockCount(toldBytes)
  }

  private offers(task: Task): { readonly seenBlocks: number; hold(index: number): boolean } {
    return this.context.supply(task.key) ?? noSupply
  }
}
