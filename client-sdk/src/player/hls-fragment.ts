/** What the SDK reads of an hls.js `Fragment` (hls.js 1.5 to 1.7, src/loader/fragment.ts). */
export interface HlsFragment {
  /** `main`, `audio` or `subtitle`. */
  readonly type: string
  /** Media sequence number; `initSegment` for what EXT-X-MAP names. */
  readonly sn: number | 'initSegment'
  /** Discontinuity counter: EXT-X-DISCONTINUITY-SEQUENCE plus the discontinuities listed before. */
  readonly cc: number
  /** Index into `hls.levels`, or into `hls.audioTracks` for audio. */
  readonly level: number
  /** Where it begins on the media element's timeline, in seconds. */
  readonly start: number
  /** In seconds. */
  readonly duration: number
  readonly url: string
  readonly byteRangeStartOffset?: number | undefined
  readonly byteRangeEndOffset?: number | undefined
  /** Listed with EXT-X-GAP: there is nothing to load. */
  readonly gap?: boolean | undefined
  /** Loaded only to measure the connection, then thrown away. */
  readonly bitrateTest?: boolean | undefined
}

/** What the SDK reads of an hls.js `LevelDetails`: one media playlist as last loaded. */
export interface HlsPlaylist {
  readonly live: boolean
  /** Oldest first. */
  readonly fragments: readonly HlsFragment[]
  /** LL-HLS parts, when the playlist lists any. */
  readonly partList?: readonly unknown[] | null | undefined
  /** The playlist's text. */
  readonly m3u8?: string | undefined
}
