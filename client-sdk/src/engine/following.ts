import type { RenditionId } from '../../../protocol/ids.js'
import { segmentKey, type SegmentIdentity, type SegmentKey } from '../../../protocol/segment-key.js'
import type { ListedSegment } from './inputs.js'
import { tuning } from './tuning.js'

interface Followed {
  /** Highest media sequence number that the player asked for, and when it did. */
  wantedSequence: number
  wantedAt: number
  /** What the newest playlist lists. */
  listed: ReadonlyMap<SegmentKey, ListedSegment>
  listedSequence: number
  listedDiscontinuity: number
}

/**
 * Which renditions the player follows and how far it is in each: it decides which segments are worth gathering
 * before the player asks. A segment further ahead than a playlist could list is somebody's invention.
 */
export class Following {
  private readonly renditions = new Map<RenditionId, Followed>()
  private picture: RenditionId | undefined

  /** The rendition of the picture; undefined until the player chose one. */
  get current(): RenditionId | undefined {
    return this.picture
  }

  /** The player switched its picture. Returns the rendition it left, if any. */
  follow(rendition: RenditionId): RenditionId | undefined {
    const left = this.picture === rendition ? undefined : this.picture
    this.picture = rendition
    if (left !== undefined) this.renditions.delete(left)
    return left
  }

  wanted(segment: SegmentIdentity, now: number): void {
    const followed = this.of(segment.rendition)
    // A seek back moves the player back: what counts is where it is, not the farthest it has been.
    followed.wantedSequence = segment.sequence
    followed.wantedAt = now
  }

  /** Takes a new playlist. Returns the segments that it lists and the one before did not, newer than that one's. */
  listed(rendition: RenditionId, segments: readonly ListedSegment[]): ListedSegment[] {
    const followed = this.of(rendition)
    const before = followed.listedSequence
    followed.listed = new Map(segments.map((listed) => [segmentKey(listed.segment), listed]))
    const newest = segments.at(-1)?.segment
    if (newest === undefined) return []
    followed.listedSequence = newest.sequence
    followed.listedDiscontinuity = newest.discontinuity
    if (before === Number.POSITIVE_INFINITY) return []
    return segments.filter((listed) => listed.segment.sequence > before)
  }

  /** Where the CDN keeps it, if the newest playlist says so. */
  listing(segment: SegmentIdentity): ListedSegment | undefined {
    return this.renditions.get(segment.rendition)?.listed.get(segmentKey(segment))
  }

  /** Whether the newest playlist lists it no longer. */
  hasLeft(segment: SegmentIdentity): boolean {
    const followed = this.renditions.get(segment.rendition)
    if (followed === undefined || followed.listed.size === 0) return false
    return segment.sequence <= followed.listedSequence && this.listing(segment) === undefined
  }

  /**
   * True for the next few segments after the one that the player asked for last. What the newest playlist does not
   * list must be what the next one could: a later number, the same discontinuity or one more, no byte range.
   */
  worthGathering(segment: SegmentIdentity, now: number): boolean {
    const followed = this.renditions.get(segment.rendition)
    if (followed === undefined || now > followed.wantedAt + tuning.followMs) return false
    const ahead = segment.sequence - followed.wantedSequence
    if (ahead <= 0 || ahead > tuning.prefetchSegmentsMax) return false
    if (followed.listed.has(segmentKey(segment))) return true
    const discontinuities = segment.discontinuity - followed.listedDiscontinuity
    const mayCome = discontinuities === 0 || discontinuities === 1
    return mayCome && segment.rangeStart === undefined && segment.sequence > followed.listedSequence
  }

  private of(rendition: RenditionId): Followed {
    let followed = this.renditions.get(rendition)
    if (followed === undefined) {
      followed = {
        wantedSequence: Number.NEGATIVE_INFINITY,
        wantedAt: Number.NEGATIVE_INFINITY,
        listed: new Map(),
        listedSequence: Number.POSITIVE_INFINITY,
        listedDiscontinuity: 0,
      }
      this.renditions.set(rendition, followed)
    }
    return followed
  }
}
