import { linksMax, neighboursTarget } from '../../../protocol/limits.js'
import { introductionsAtOnceMax, suspectPairsMax } from './bounds.js'
import type { Cell } from './cell.js'
import type { Member } from './member.js'

/**
 * Who may be paired with whom, and how often. A member that gives nothing is of use to nobody, so it is paired with those
 * who give, and they share the load: what one giver can spare, times the givers, divided by the takers.
 */

/** Takers that one giver is paired with. The rest of its links is for other givers, whose mesh must not fall apart. */
export const takersPerGiverMax = linksMax - neighboursTarget

/**
 * Pairs that a taker is in, when there are givers enough; those with takers included. Twice its target, since a quarter
 * of pairs never connect.
 */
const takerPairsMax = 2 * neighboursTarget

/** Givers that a taker shall be paired with at least, where they can: one of four may be slow, and one may leave. */
const giversPerTakerMin = 4

/** How many givers beyond its share a taker is paired with when a giver comes, who would stay without work otherwise. */
export const giversSpare = 1

/** Givers that a giver shall be paired with at least: a random graph of degree 4 stays connected (Erdős–Rényi). */
const giversPerGiverMin = 4

/** Takers that a taker is paired with where nobody gives: enough to hear of each other. */
export const takersPerTakerMax = 2

/** Givers that each taker of a cell may have, so that those who come last get as many as those who came first. */
export function giversPerTaker({ givers, takers }: Cell): number {
  if (takers.size === 0) return neighboursTarget
  const share = Math.floor((givers.size * takersPerGiverMax) / takers.size)
  return Math.max(1, Math.min(neighboursTarget, share))
}

/** How many of `count` neighbours of a giver shall be givers: all of them where all give, half where nobody does. */
export function giversAmong(count: number, { givers, takers }: Cell): number {
  const takerShare = takers.size / Math.max(1, givers.size + takers.size)
  return Math.ceil(count * (1 - takerShare / 2))
}

/** How many takers a giver is paired with beyond the `count` it asks for: as many as that, where two take of each giver. */
export function takersBeyond(count: number, { givers, takers }: Cell): number {
  return Math.floor(count * Math.min(1, takers.size / Math.max(1, givers.size) / 2))
}

/** How many givers a member lacks to have what it shall have at least. Those of a cell it was in before do not count. */
export function giversLacking(member: Member): number {
  const others = member.cell.givers.size - (member.uploads ? 1 : 0)
  let has = 0
  for (const other of member.introduced.values()) if (other.uploads && other.cell === member.cell) has += 1
  return Math.min(giversMinOf(member), others) - has
}

/** How many givers a member has at least, even if none of them has room: some of their links never came about. */
function giversMinOf({ uploads, cell }: Member): number {
  return uploads ? giversPerGiverMin : Math.min(giversPerTakerMin, giversPerTaker(cell))
}

/** Whether one that was drawn can take the seeker as a neighbour without giving up what it shall do for others. */
export function hasRoomFor(member: Member, seeker: Member): boolean {
  if (member.isSuspect && !mayBePaired(member)) return false
  if (!member.uploads) return member.introduced.size < takerPairsMax
  return member.introduced.size < linksMax && (seeker.uploads || member.takerPairs < takersPerGiverMax)
}

/** Whether it may be paired at all. */
export function mayBePaired(member: Member): boolean {
  return member.introduced.size < pairsMaxOf(member)
}

/** Pairs that it may be in at a time. */
export function pairsMaxOf({ isSuspect }: Member): number {
  return isSuspect ? suspectPairsMax : introductionsAtOnceMax
}
