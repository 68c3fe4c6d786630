/** One segment as a playlist lists it. */
export interface PlaylistSegment {
  readonly uri: string
  readonly seconds: number
  readonly discontinuity?: boolean
  /** Wall-clock time of the first frame, for EXT-X-PROGRAM-DATE-TIME. */
  readonly startsAtMs?: number
  readonly byteRange?: ByteSpan
}

/** A part of a file, as EXT-X-BYTERANGE writes it. */
export interface ByteSpan {
  readonly offset: number
  readonly length: number
}

export interface MediaPlaylist {
  readonly segments: readonly PlaylistSegment[]
  readonly mediaSequence: number
  readonly discontinuitySequence?: number
  /** The header of fragmented MP4. */
  readonly init?: { readonly uri: string; readonly byteRange: ByteSpan }
  /** AES-128 with the default initialization vector, the media sequence number. */
  readonly keyUri?: string
  /** True for a recording: nothing will be added. */
  readonly ended: boolean
}

/** The text of a media playlist (RFC 8216, section 4.3). */
export function mediaPlaylistText(playlist: MediaPlaylist): string {
  const longest = Math.max(...playlist.segments.map((segment) => segment.seconds))
  const lines = [
    '#EXTM3U',
    // 7 is what an EXT-X-MAP needs, 6 what players expect of the rest.
    `#EXT-X-VERSION:${playlist.init ? 7 : 6}`,
    `#EXT-X-TARGETDURATION:${Math.ceil(longest)}`,
    `#EXT-X-MEDIA-SEQUENCE:${playlist.mediaSequence}`,
  ]
  if (playlist.discontinuitySequence !== undefined) {
    lines.push(`#EXT-X-DISCONTINUITY-SEQUENCE:${playlist.discontinuitySequence}`)
  }
  if (playlist.ended) lines.push('#EXT-X-PLAYLIST-TYPE:VOD')
  lines.push('#EXT-X-INDEPENDENT-SEGMENTS')
  if (playlist.keyUri) lines.push(`#EXT-X-KEY:METHOD=AES-128,URI="${playlist.keyUri}"`)
  if (playlist.init) {
    lines.push(`#EXT-X-MAP:URI="${playlist.init.uri}",BYTERANGE="${spanText(playlist.init.byteRange)}"`)
  }
  lines.push(...playlist.segments.flatMap(segmentLines))
  if (playlist.ended) lines.push('#EXT-X-ENDLIST')
  return lines.join('\n') + '\n'
}

function segmentLines(segment: PlaylistSegment): string[] {
  const lines: string[] = []
  if (segment.discontinuity) lines.push('#EXT-X-DISCONTINUITY')
  if (segment.startsAtMs !== undefined) {
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(segment.startsAtMs).toISOString()}`)
  }
  lines.push(`#EXTINF:${segment.seconds.toFixed(3)},`)
  if (segment.byteRange) lines.push(`#EXT-X-BYTERANGE:${spanText(segment.byteRange)}`)
  lines.push(segment.uri)
  return lines
}

function spanText(span: ByteSpan): string {
  return `${span.length}@${span.offset}`
}
