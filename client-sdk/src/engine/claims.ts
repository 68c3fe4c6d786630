import type { MemberId } from '../../../protocol/ids.js'
import type { SegmentKey } from '../../../protocol/segment-key.js'
import type { LinkId } from './inputs.js'
import { tuning } from './tuning.js'

interface SegmentClaims {
  /** Who claims, and on which link that was first heard. */
  readonly claimants: Map<MemberId, LinkId>
  newestAt: number
}

/**
 * The claims heard from others: who said that it fetches a segment for the cell. A claim is somebody's word, so it
 * only delays this member, and only for as long as `claimPatienceMs`; the rescue never waits for it.
 */
export class Claims {
  private readonly bySegment = new Map<SegmentKey, SegmentClaims>()

  /** Returns false when this claim was heard before. */
  heard(key: SegmentKey, claimant: MemberId, link: LinkId, now: number): boolean {
    let claims = this.bySegment.get(key)
    if (claims === undefined) {
      this.forgetOldest()
      claims = { claimants: new Map(), newestAt: now }
      this.bySegment.set(key, claims)
    }
    const { claimants } = claims
    if (claimants.has(claimant) || claimants.size >= tuning.claimRanksDistinct) return false
    claimants.set(claimant, link)
    claims.newestAt = now
    return true
  }

  /** Returns false when no such claim was heard on this link: nobody takes back what another one told. */
  withdrawn(key: SegmentKey, claimant: MemberId, link: LinkId): boolean {
    const claims = this.bySegment.get(key)
    if (claims === undefined || claims.claimants.get(claimant) !== link) return false
    claims.claimants.delete(claimant)
    if (claims.claimants.size === 0) this.bySegment.delete(key)
    return true
  }

  /** When the newest claim was heard; undefined when nobody claims the segment. */
  newestAt(key: SegmentKey): number | undefined {
    return this.bySegment.get(key)?.newestAt
  }

  private forgetOldest(): void {
    if (this.bySegment.size < tuning.claimsRememberedMax) return
    const oldest = this.bySegment.keys().next().value
    if (oldest !== undefined) this.bySegment.delete(oldest)
  }
}
