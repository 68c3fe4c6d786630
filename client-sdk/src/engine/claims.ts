import type { MemberId } from '../../../protocol/ids.js'
import type { SegmentKey } from '../../../protocol/segment-key.js'
import type { ClaimedRun } from '../../../protocol/wire-messages.js'
import type { LinkId } from './inputs.js'
import { tuning } from './tuning.js'

interface HeardClaim {
  readonly claimant: MemberId
  readonly run: ClaimedRun
  /** The link on which it was first heard. */
  readonly link: LinkId
}

interface SegmentClaims {
  heard: HeardClaim[]
  newestAt: number
}

/**
 * The claims heard from others: who said that it fetches which blocks of a segment for the cell. A claim is somebody's
 * word, so it only delays this member, and only for as long as `claimPatienceMs`; the rescue never waits for it.
 */
export class Claims {
  private readonly bySegment = new Map<SegmentKey, SegmentClaims>()

  /** Returns false when this claim was heard before, or is one too many for its segment. */
  heard(key: SegmentKey, claimant: MemberId, run: ClaimedRun, link: LinkId, now: number): boolean {
    let claims = this.bySegment.get(key)
    if (claims === undefined) {
      this.forgetOldest()
      claims = { heard: [], newestAt: now }
      this.bySegment.set(key, claims)
    }
    const { heard } = claims
    if (heard.some((claim) => claim.claimant === claimant && sameRun(claim.run, run))) return false
    if (heard.length >= tuning.claimsPerSegmentMax) return false
    heard.push({ claimant, run, link })
    claims.newestAt = now
    return true
  }

  /** Returns false when no such claim was heard on this link: nobody takes back what another one told. */
  withdrawn(key: SegmentKey, claimant: MemberId, run: ClaimedRun, link: LinkId): boolean {
    const claims = this.bySegment.get(key)
    if (claims === undefined) return false
    const left = claims.heard.filter(
      (claim) => claim.claimant !== claimant || claim.link !== link || !sameRun(claim.run, run),
    )
    if (left.length === claims.heard.length) return false
    claims.heard = left
    if (left.length === 0) this.bySegment.delete(key)
    return true
  }

  /** When the newest claim was heard; undefined when nobody claims any of the segment. */
  newestAt(key: SegmentKey): number | undefined {
    return this.bySegment.get(key)?.newestAt
  }

  /** Whether somebody said that it fetches this block. */
  cover(key: SegmentKey, index: number): boolean {
    const claims = this.bySegment.get(key)
    return claims !== undefined && claims.heard.some(({ run }) => index >= run.first && index < endOf(run))
  }

  private forgetOldest(): void {
    if (this.bySegment.size < tuning.claimsRememberedMax) return
    const oldest = this.bySegment.keys().next().value
    if (oldest !== undefined) this.bySegment.delete(oldest)
  }
}

/** One more than a claimed run's last block; Infinity when it goes to the end of the segment. */
export function endOf({ first, count }: ClaimedRun): number {
  return count === 0 ? Number.POSITIVE_INFINITY : first + count
}

function sameRun(a: ClaimedRun, b: ClaimedRun): boolean {
  return a.first === b.first && a.count === b.count
}
