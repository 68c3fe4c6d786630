import type { MemberId } from '../../../protocol/ids.js'
import type { SegmentKey } from '../../../protocol/segment-key.js'
import { tuning } from './tuning.js'

/**
 * The claims heard from others: who said that it fetches a segment for the cell. A claim is somebody's word, so it
 * only delays this member, and only for as long as `claimPatienceMs`; the rescue never waits for it.
 */
export class Claims {
  private readonly bySegment = new Map<SegmentKey, Map<MemberId, number>>()

  /** Returns false when this claim was heard before. */
  heard(key: SegmentKey, claimant: MemberId, now: number): boolean {
    let claimants = this.bySegment.get(key)
    if (claimants === undefined) {
      this.forgetOldest()
      claimants = new Map()
      this.bySegment.set(key, claimants)
    }
    if (claimants.has(claimant) || claimants.size >= tuning.claimRanksDistinct) return false
    claimants.set(claimant, now)
    return true
  }

  /** Returns false when there was no such claim. */
  withdrawn(key: SegmentKey, claimant: MemberId): boolean {
    return this.bySegment.get(key)?.delete(claimant) ?? false
  }

  /** When the newest claim was heard; undefined when nobody claims the segment. */
  newestAt(key: SegmentKey): number | undefined {
    const claimants = this.bySegment.get(key)
    if (claimants === undefined || claimants.size === 0) return undefined
    return Math.max(...claimants.values())
  }

  private forgetOldest(): void {
    if (this.bySegment.size < tuning.claimsRememberedMax) return
    const oldest = this.bySegment.keys().next().value
    if (oldest !== undefined) this.bySegment.delete(oldest)
  }
}
