import { blockBytes } from '../../../protocol/block.js'
import type { MemberId } from '../../../protocol/ids.js'
import { rendezvousRank } from '../../../protocol/rendezvous.js'
import type { ClaimedRun, ClaimMessage } from '../../../protocol/wire-messages.js'
import type { CdnFetch } from './cdn-fetch.js'
import type { CdnFetcher } from './cdn-fetcher.js'
import { endOf } from './claims.js'
import type { EngineContext } from './context.js'
import { fetchedRun } from './gaps.js'
import type { SegmentSizes } from './segment-sizes.js'
import type { Task } from './task.js'
import { tuning } from './tuning.js'
import type { Turns } from './turns.js'

/** Whether the second run begins within the first, and goes on to its end or beyond. */
function leadsInto(one: ClaimedRun, other: ClaimedRun): boolean {
  return one.first < other.first && endOf(one) <= endOf(other) && one.count > 0
}

/**
 * What this member claims: telling it to the neighbours, and what becomes of it when others turn out to fetch, or to hold, the same. Claims
 * cross on their way; whoever yields does so before the CDN was asked, mostly, since that waits for `claimCrossMs`.
 */
export class OwnClaims {
  constructor(
    private readonly context: EngineContext,
    private readonly fetcher: CdnFetcher,
    private readonly turns: Turns,
    private readonly sizes: SegmentSizes,
  ) {}

  /** Who gives nothing claims only where nobody else gives: what one claims who does is no news to it. */
  tell(kind: ClaimMessage['kind'], task: Task, run: ClaimedRun): void {
    const message = { kind, segment: task.segment, claimant: this.context.config.self, run, hops: 0 }
    if (this.turns.gives) this.context.sendToGivers(message)
    else this.context.sendToAll(message)
  }

  /**
   * A claim of somebody else was heard while this member fetches the same for the cell. The run that begins first ends where
   * the other begins. Of two of which one is part of the other the longer goes on, of equal ones the better rank's; the
   * other yields unless it is nearly done.
   */
  yieldTo(claimant: MemberId, run: ClaimedRun, task: Task): void {
    for (const fetch of task.fetches.filter((each) => each.reason === 'claim')) {
      const own = fetchedRun(fetch)
      if (own.first >= endOf(run) || run.first >= endOf(own)) continue
      if (leadsInto(own, run)) fetch.leaveFrom(run.first * blockBytes)
      if (leadsInto(own, run) || leadsInto(run, own) || this.goesOn(own, run, claimant, task)) continue
      const ownBytes = Math.min(endOf(own) * blockBytes, this.sizes.bytes(task)) - fetch.from
      if (fetch.receivedBytes >= ownBytes * tuning.claimYieldShareMax) continue
      this.fetcher.abort(task, fetch)
      this.unclaim(task, fetch)
    }
  }

  /** Takes back the claim on what this fetch was to bring. */
  unclaim(task: Task, fetch: CdnFetch): void {
    task.claimsAgainAt = undefined
    this.tell('unclaim', task, fetchedRun(fetch))
  }

  /** What others turn out to hold before the CDN was asked comes from them. The claim stands: nobody else need fetch it. */
  dropOffered(task: Task): void {
    const offers = this.context.supply(task.key)
    if (offers === undefined || task.cdnOnly || task.fetches.length === 0) return
    const blocks = this.sizes.blocks(task)
    for (const fetch of task.fetches.filter((each) => this.fetcher.isPlanned(each))) {
      let index = 0
      while (index < blocks && (!fetch.covers(index) || task.copy.holds(index) || offers.hold(index)))
        index += 1
      if (index >= blocks) this.fetcher.abort(task, fetch)
    }
  }

  private goesOn(own: ClaimedRun, other: ClaimedRun, claimant: MemberId, task: Task): boolean {
    const longer = endOf(own) - own.first - (endOf(other) - other.first)
    if (longer > 0) return true
    const bothOpen = own.count === 0 && other.count === 0 && own.first !== other.first
    if (bothOpen) return own.first < other.first
    return !(longer < 0) && rendezvousRank(this.context.config.self, [claimant], task.key) === 0
  }
}
