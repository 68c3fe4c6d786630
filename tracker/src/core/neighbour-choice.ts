import { linksMax } from '../../../protocol/limits.js'
import type { Member } from './member.js'
import type { Random } from './tracker-settings.js'

/** One neighbour in so many is drawn from the whole cell, so that the mesh does not fall apart by rendition. */
const wildOneIn = 4

/**
 * Chooses up to `count` neighbours for a seeker: two of eight by chance, the others from the most suitable, each
 * time the less linked of two drawn. (Mitzenmacher, 2001: two choices keep the degrees even, where always taking
 * the least linked sends every newcomer to the same member.)
 */
export function chooseNeighbours(
  seeker: Member,
  candidates: Iterable<Member>,
  count: number,
  random: Random,
): Member[] {
  const left = new Set(candidates)
  const wildCount = Math.floor(count / wildOneIn)
  const chosen: Member[] = []
  while (chosen.length < count && left.size > 0) {
    const wild = chosen.length >= count - wildCount
    const pick = wild ? drawWild(left, random) : drawLessLinked(mostSuitable(seeker, left), random)
    left.delete(pick)
    chosen.push(pick)
  }
  return chosen
}

/** The candidates of the best rank that occurs. */
function mostSuitable(seeker: Member, candidates: ReadonlySet<Member>): Member[] {
  let bestRank = Infinity
  let best: Member[] = []
  for (const candidate of candidates) {
    const rank = rankFor(seeker, candidate)
    if (rank > bestRank) continue
    if (rank < bestRank) best = []
    bestRank = rank
    best.push(candidate)
  }
  return best
}

/** 0 is best. A member with all its links is last, since it must refuse; then pairs of whom neither gives. */
function rankFor(seeker: Member, candidate: Member): number {
  if (!canLink(candidate)) return 3
  if (!seeker.uploads && !candidate.uploads) return 2
  return seeker.rendition === candidate.rendition ? 0 : 1
}

function canLink(candidate: Member): boolean {
  return candidate.introduced.size < linksMax
}

function drawWild(candidates: ReadonlySet<Member>, random: Random): Member {
  const able = [...candidates].filter(canLink)
  return draw(able.length > 0 ? able : [...candidates], random)
}

function drawLessLinked(pool: readonly Member[], random: Random): Member {
  const one = draw(pool, random)
  const other = draw(pool, random)
  return other.introduced.size < one.introduced.size ? other : one
}

/** Callers pass a pool with somebody in it. */
function draw(pool: readonly Member[], random: Random): Member {
  return pool[Math.floor(random() * pool.length)] as Member
}
