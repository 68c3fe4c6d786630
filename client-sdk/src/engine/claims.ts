import type { MemberId } from '../../../protocol/ids.js'
import { rendezvousRank } from '../../../protocol/rendezvous.js'
import type { SegmentKey } from '../../../protocol/segment-key.js'
import type { ClaimedRun } from '../../../protocol/wire-messages.js'
import { BlockSet } from './block-set.js'
import type { LinkId } from './inputs.js'
import { tuning } from './tuning.js'

/** Who fetches which blocks for the cell. */
export interface Claim {
  readonly claimant: MemberId
  readonly run: ClaimedRun
}

/** A claim of somebody else, and what became of it. */
export interface HeardClaim extends Claim {
  /** The link on which it was heard first, this time. */
  link: LinkId
  state: 'stands' | 'withdrawn'
  heardAt: number
  /** How often it was made, as far as one knows. */
  times: number
  /** The links on which it was heard, each as often as it was, up to `times`. */
  heardOn: readonly LinkId[]
  /** The links on which it was passed on, this time. */
  passedTo: readonly LinkId[]
}

interface Coverage {
  readonly blocks: BlockSet
  /** From here on all of them, to the end of the segment. */
  readonly openFrom: number
}

interface SegmentClaims {
  readonly heard: HeardClaim[]
  newestAt: number
  /** Which blocks those that stand cover; undefined when that has changed. */
  covered: Coverage | undefined
}

/**
 * The claims heard from others: who said that it fetches which blocks of a segment for the cell. A claim is somebody's
 * word, so it only delays this member, and only for as long as `claimPatienceMs`; the rescue never waits for it.
 *
 * A claim comes on every link, and on some of them after it was withdrawn on another. Such an echo is no news, and would
 * go round for ever if it were passed on as such; so each claim is counted by link. Links keep the order, hence what a
 * link tells for the nth time is new only if no link told it n times before.
 */
export class Claims {
  private readonly bySegment = new Map<SegmentKey, SegmentClaims>()

  /**
   * Returns undefined when this claim was heard before, is given up for another one that was, or is one too many for its segment. One
   * that its claimant shows no bytes for is no reason to give up another.
   */
  heard(
    key: SegmentKey,
    claimant: MemberId,
    run: ClaimedRun,
    link: LinkId,
    now: number,
  ): HeardClaim | undefined {
    let claims = this.bySegment.get(key)
    if (claims === undefined) {
      this.forgetOldest()
      claims = { heard: [], newestAt: now, covered: undefined }
      this.bySegment.set(key, claims)
    }
    let known = find(claims.heard, claimant, run)
    if (known === undefined) {
      const freshSince = now - tuning.claimPatienceMs
      const claim = { claimant, run }
      const yields = (other: HeardClaim) =>
        other.state === 'stands' && other.heardAt > freshSince && yieldsTo(claim, other, key)
      if (claims.heard.some(yields) || !makeRoom(claims.heard)) return undefined
      known = { claimant, run, link, heardAt: now, state: 'stands', times: 1, heardOn: [link], passedTo: [] }
      claims.heard.push(known)
    } else {
      const before = timesOn(link, known.heardOn)
      // Unlike what is pushed to, a copy has no places to spare: of all that a member remembers, this was most.
      if (before < known.times) known.heardOn = known.heardOn.concat(link)
      if (known.state === 'stands' || before < known.times) return undefined
      known.times += 1
      known.heardOn = known.heardOn.concat(link)
      known.link = link
      known.heardAt = now
      known.state = 'stands'
    }
    claims.newestAt = now
    claims.covered = undefined
    return known
  }

  /**
   * Takes back a claim, and those that were given up for it. Returns undefined when no such claim was heard on this link: nobody
   * takes back what another one told.
   */
  withdrawn(key: SegmentKey, claimant: MemberId, run: ClaimedRun, link: LinkId): HeardClaim | undefined {
    const claims = this.bySegment.get(key)
    if (claims === undefined) return undefined
    const known = find(claims.heard, claimant, run)
    if (known?.state !== 'stands' || known.link !== link) return undefined
    for (const claim of claims.heard) {
      if (claim.heardAt <= known.heardAt && yieldsTo(claim, known, key)) claim.state = 'withdrawn'
    }
    known.state = 'withdrawn'
    claims.covered = undefined
    return known
  }

  /** When the newest claim was heard; undefined when nobody claims any of the segment. */
  newestAt(key: SegmentKey): number | undefined {
    const claims = this.bySegment.get(key)
    return claims?.heard.some(({ state }) => state === 'stands') === true ? claims.newestAt : undefined
  }

  /** Whether somebody said that it fetches this block. */
  cover(key: SegmentKey, index: number): boolean {
    const claims = this.bySegment.get(key)
    if (claims === undefined) return false
    claims.covered ??= coverage(claims.heard)
    return index >= claims.covered.openFrom || claims.covered.blocks.has(index)
  }

  private forgetOldest(): void {
    if (this.bySegment.size < tuning.claimedSegmentsMax) return
    const oldest = this.bySegment.keys().next().value
    if (oldest !== undefined) this.bySegment.delete(oldest)
  }
}

/** One more than a claimed run's last block; Infinity when it goes to the end of the segment. */
export function endOf({ first, count }: ClaimedRun): number {
  return count === 0 ? Number.POSITIVE_INFINITY : first + count
}

/**
 * Whether the first claim is given up for the other: of two of which one is part of the other the longer goes on, of equal ones the
 * better rank's. All who hear of both know it, so nobody has to tell them; and what is given up is part of what goes on.
 */
export function yieldsTo(one: Claim, other: Claim, key: SegmentKey): boolean {
  if (other.run.first > one.run.first || endOf(other.run) < endOf(one.run)) return false
  if (other.run.first < one.run.first || endOf(other.run) > endOf(one.run)) return true
  return one.claimant !== other.claimant && rendezvousRank(one.claimant, [other.claimant], key) > 0
}

function find(heard: readonly HeardClaim[], claimant: MemberId, run: ClaimedRun): HeardClaim | undefined {
  for (const claim of heard) {
    if (claim.run.first !== run.first || claim.run.count !== run.count) continue
    if (claim.claimant === claimant) return claim
  }
  return undefined
}

function timesOn(link: LinkId, heardOn: readonly LinkId[]): number {
  let times = 0
  for (const each of heardOn) if (each === link) times += 1
  return times
}

function coverage(heard: readonly HeardClaim[]): Coverage {
  const blocks = new BlockSet()
  let openFrom = Number.POSITIVE_INFINITY
  for (const { state, run } of heard) {
    if (state !== 'stands') continue
    if (run.count === 0) openFrom = Math.min(openFrom, run.first)
    else for (let index = run.first; index < run.first + run.count; index += 1) blocks.add(index)
  }
  return { blocks, openFrom }
}

/** Forgets the oldest that was withdrawn, where there are as many as may be. Returns false when all of them stand. */
function makeRoom(heard: HeardClaim[]): boolean {
  if (heard.length < tuning.claimsPerSegmentMax) return true
  const withdrawn = heard.findIndex(({ state }) => state === 'withdrawn')
  if (withdrawn >= 0) heard.splice(withdrawn, 1)
  return withdrawn >= 0
}
