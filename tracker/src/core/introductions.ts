import type { MemberId } from '../../../protocol/ids.js'
import { neighboursTargetIn } from '../../../protocol/neighbours-target.js'
import type { Introduction } from '../../../protocol/member.js'
import { encodeTrackerMessage } from '../../../protocol/tracker-messages.js'
import { introductionsSoughtMax } from './bounds.js'
import type { Cell } from './cell.js'
import { giversLacking, pairsMaxOf } from './link-budgets.js'
import type { Member } from './member.js'
import { chooseGivers, chooseNeighbours } from './neighbour-choice.js'
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
    const allowed = Math.min(count, allowance(now, seeker))
    // Of those it was introduced to some never linked: how many it has, a seeker says by how many it asks for.
    const has = Math.min(
      seeker.introduced.size,
      Math.max(0, neighboursTargetIn(seeker.cell.members.size) - count),
    )
    return this.pairWith(now, seeker, chooseNeighbours(seeker, allowed, has, except, this.random))
  }

  /** Ends all pairs of a member that left. */
  end(member: Member): void {
    for (const other of member.introduced.values()) leave(other, member)
    member.introduced.clear()
    member.giverPairs = 0
  }

  /** Ends a pair of whom one has accused the other, and makes no such pair again while both stay. */
  part(one: Member, other: Member): void {
    one.keepApartFrom(other.id)
    other.keepApartFrom(one.id)
    if (!one.introduced.has(other.id)) return
    leave(one, other)
    leave(other, one)
  }

  /** Introduces those of a cell to more givers who have too few of them since givers came or went. */
  settle(now: number, cell: Cell): void {
    if (!cell.unsettled) return
    cell.unsettled = false
    for (const member of cell.members.values()) {
      const lacking = Math.min(giversLacking(member), allowance(now, member))
      const introductions = this.pairWith(now, member, chooseGivers(member, lacking, this.random))
      if (introductions.length > 0) this.outbox.send(member.connection, { kind: 'introduce', introductions })
    }
  }

  private pairWith(now: number, seeker: Member, chosen: readonly Member[]): Introduction[] {
    seeker.introductionsSought += chosen.length
    this.made += chosen.length
    for (const { introductions } of seeker.accounts) introductions.take(now, chosen.length)
    for (const other of chosen) pair(seeker, other)
    const connections = chosen.map(({ connection }) => connection)
    const introductions = [{ member: seeker.id, initiate: false }]
    this.outbox.sendPatiently(connections, encodeTrackerMessage({ kind: 'introduce', introductions }))
    return chosen.map(({ id }) => ({ member: id, initiate: true }))
  }
}

/** How many members it may still be introduced to, at its own wish. */
function allowance(now: number, member: Member): number {
  const { introduced, introductionsSought, accounts } = member
  return Math.min(
    pairsMaxOf(member) - introduced.size,
    introductionsSoughtMax - introductionsSought,
    ...accounts.map(({ introductions }) => introductions.available(now)),
  )
}

/** The pair with `other` is over for this one. */
function leave(one: Member, other: Member): void {
  one.introduced.delete(other.id)
  if (other.uploads) one.giverPairs -= 1
}

function pair(one: Member, other: Member): void {
  one.introduced.add(other)
  other.introduced.add(one)
  if (other.uploads) one.giverPairs += 1
  if (one.uploads) other.giverPairs += 1
}
