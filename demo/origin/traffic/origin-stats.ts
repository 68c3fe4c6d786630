/** What was sent for one segment. */
export interface SegmentTraffic {
  readonly stream: string
  readonly rendition: string
  /** Media sequence number. */
  readonly sequence: number
  readonly sizeBytes: number
  /** Body bytes that left the origin, also those of transfers that were cut. */
  readonly bytesSent: number
  readonly requests: number
  /** `bytesSent / sizeBytes`. Without peer-to-peer, the number of viewers. */
  readonly copies: number
  /** What a tracker's witness fetched beside that, which is in none of the figures above. */
  readonly witnessBytes: number
  readonly witnessRequests: number
}

/** Who fetched: somebody who plays, or a tracker's witness, which names itself. */
export type Reader = 'viewer' | 'witness'

/** The answer of `GET /origin/stats`. Times are milliseconds since the epoch. */
export interface OriginStats {
  /** When counting started. */
  readonly sinceMs: number
  readonly nowMs: number
  readonly totals: {
    readonly segmentRequests: number
    readonly segmentBytes: number
    readonly playlistRequests: number
    readonly playlistBytes: number
    /** Keys and fragmented MP4 headers. */
    readonly otherRequests: number
    readonly otherBytes: number
    /** Segments and playlists, once more, for a tracker's witness; in none of the figures above. */
    readonly witnessRequests: number
    readonly witnessBytes: number
    readonly witnessPlaylistRequests: number
  }
  /** Over the newest segments that nobody will ask for any more (they have left the playlist). */
  readonly rolling: {
    readonly segments: number
    readonly sizeBytes: number
    readonly bytesSent: number
    /** Copies per segment; null before the first complete segment. */
    readonly copies: number | null
    /** Beside them, those that a tracker's witness fetched; null likewise. */
    readonly witnessCopies: number | null
  }
  /** The newest segments asked for, oldest first. */
  readonly segments: readonly SegmentTraffic[]
}
