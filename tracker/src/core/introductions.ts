import type { MemberId } from '../../../protocol/ids.js'
import type { Introduction } from '../../../protocol/member.js'
import { introductionsAtOnceMax, introductionsSoughtMax } from './bounds.js'
import type { Member } from './member.js'
import { chooseNeighbours } from './neighbour-choice.js'
import type { Outbox } from './outbox.js'
import type { Random } from './tracker-settings.js'

/**
 * Makes and ends pairs: members who were told of each other, the only ones between whom signals pass. A pair is
 * always in the maps of both.
 */
export class Introductions {
  /** Pairs made since the start. */
  made = 0

  constructor(
    private readonly random: Random,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Pairs a member with up to `count` others of its cell, tells these, and returns what to tell the member. It
   * is the one that makes the offers, being the one that asked.
   */
  introduce(now: number, seeker: Member, count: number, except: ReadonlySet<MemberId>): Introduction[] {
    const allowed = Math.min(
      count,
      introductionsAtOnceMax - seeker.introduced.size,
      introductionsSoughtMax - seeker.introductionsSought,
      ...seeker.accounts.map(({ introductions }) => introductions.available(now)),
    )
    const candidates = [...seeker.cell.members.values()].filter(
      (other) =>
        other !== seeker &&
        !except.has(other.id) &&
        !seeker.introduced.has(other.id) &&
        other.introduced.size < introductionsAtOnceMax,
    )
    const chosen = chooseNeighbours(seeker, candidates, allowed, this.random)
    seeker.introductionsSought += chosen.length
    this.made += chosen.length
    for (const { introductions } of seeker.accounts) introductions.take(now, chosen.length)
    return chosen.map((other) => {
      seeker.introduced.set(other.id, other)
      other.introduced.set(seeker.id, seeker)
      const introductions = [{ member: seeker.id, initiate: false }]
      this.outbox.send(other.connection, { kind: 'introduce', introductions })
      return { member: other.id, initiate: true }
    })
  }

  /** Ends all pairs of a member that left. */
  end(member: Member): void {
    for (const other of member.introduced.values()) other.introduced.delete(member.id)
    member.introduced.clear()
  }
}
