import { blockBytes } from '../../../protocol/block.js'
import type { ClaimedRun, ClaimMessage } from '../../../protocol/wire-messages.js'
import type { CdnFetch } from './cdn-fetch.js'
import type { CdnFetcher } from './cdn-fetcher.js'
import { endOf, yieldsTo, type Claim } from './claims.js'
import type { EngineContext } from './context.js'
import { fetchedRun } from './gaps.js'
import type { SegmentSizes } from './segment-sizes.js'
import type { Task } from './task.js'
import { tuning } from './tuning.js'
import type { Turns } from './turns.js'

/** Whether the second run begins within the first, and goes on beyond its end. */
function leadsInto(one: ClaimedRun, other: ClaimedRun): boolean {
  return one.first < other.first && other.first < endOf(one) && endOf(one) < endOf(other)
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
   * A claim of somebody else was heard while this member fetches the same for the cell. One that yields to it is dropped, unless it
   * is under way already; one that begins first ends where the other begins.
   */
  yieldTo(claim: Claim, task: Task): void {
    for (const fetch of task.fetches.filter((each) => each.reason === 'claim')) {
      const run = fetchedRun(fetch)
      if (leadsInto(run, claim.run)) fetch.leaveFrom(claim.run.first * blockBytes)
      if (!yieldsTo({ claimant: this.context.config.self, run }, claim, task.key)) continue
      const bytes = Math.min(endOf(run) * blockBytes, this.sizes.bytes(task)) - fetch.from
      if (fetch.receivedBytes >= bytes * tuning.claimYieldShareMax) continue
      this.fetcher.abort(task, fetch)
      task.claimsAgainAt = undefined
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
    const isHad = (index: number) => task.copy.holds(index) || offers.hold(index)
    for (const fetch of task.fetches.filter(({ state }) => state === 'planned')) {
      if (!fetch.isNeeded(blocks, isHad)) this.fetcher.abort(task, fetch)
    }
  }
}
