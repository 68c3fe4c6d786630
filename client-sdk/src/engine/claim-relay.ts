import { claimHopsMax } from '../../../protocol/limits.js'
import type { ClaimMessage } from '../../../protocol/wire-messages.js'
import type { HeardClaim } from './claims.js'
import type { EngineContext } from './context.js'
import type { LinkId } from './inputs.js'
import { tuning } from './tuning.js'

/**
 * Passes claims on, so that a cell hears of them beyond one link: to some neighbours, by turns, and not by each to
 * each: where members link to most of the cell, all have heard of a claim from the claimant. What withdraws a claim goes the ways
 * that the claim went, since only whoever told of it is believed.
 */
export class ClaimRelay {
  private turn = 0

  constructor(private readonly context: EngineContext) {}

  /** The claim came over `from`, and is news. */
  pass(message: ClaimMessage, claim: HeardClaim, from: LinkId): void {
    if (message.hops >= claimHopsMax) return
    if (message.kind === 'claim') claim.passedTo = this.choose(message.hops, from)
    for (const link of claim.passedTo) {
      if (link !== from) this.context.send(link, { ...message, hops: message.hops + 1 })
    }
  }

  private choose(hops: number, from: LinkId): readonly LinkId[] {
    const { neighbours } = this.context
    const others: LinkId[] = []
    // Who gives nothing claims nothing.
    for (const { link, uploads } of neighbours.values()) if (uploads && link !== from) others.push(link)
    const count = Math.min(this.fanOut(hops), others.length)
    const members = Math.max(others.length, 1)
    const turn = this.turn % members
    this.turn = (turn + count) % members
    // A slice has no places to spare, unlike what is pushed to: claims are remembered.
    return others.concat(others).slice(turn, turn + count)
  }

  /** The claimant told its own neighbours. The more of the cell one links to, the fewer are left to hear of it. */
  private fanOut(hops: number): number {
    if (hops > 0) return tuning.claimPassedLater
    const { neighbours, cell } = this.context
    const links = neighbours.size
    const unheard = links * (1 - links / Math.max(links, cell.size - 1))
    return Math.max(Math.round(unheard), tuning.claimPassedMin)
  }
}
