import type { StreamId } from '../../../protocol/ids.js'
import type { SegmentIdentity } from '../../../protocol/segment-key.js'

/** Other processes that witness the same streams, so that one of them fetches a segment for all. */
export interface Fellows {
  /** A stream is watched from now on. */
  opened(stream: StreamId): void
  /** How long the fetch of a segment is left to another process. */
  waitMs(stream: StreamId, segment: SegmentIdentity): number
  /** Whether a digest with its hash list has come of another one. */
  isKnown(stream: StreamId, segment: SegmentIdentity): boolean
}
