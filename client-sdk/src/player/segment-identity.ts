import { isSegmentIdentity, type SegmentIdentity } from '../../../protocol/segment-key.js'
import type { RenditionId } from '../../../protocol/ids.js'
import type { HlsFragment, HlsPlaylist } from './hls-fragment.js'
import type { HlsPlayer, HlsRendition } from './hls-player.js'
import { audioRenditionId, variantRenditionId } from '../../../protocol/rendition-id.js'

/** Bytes of a resource, end exclusive. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** The rendition that a fragment or playlist belongs to; undefined for subtitles and for what the player lost. */
export function renditionOf(
  player: HlsPlayer,
  type: string,
  index: number,
): { readonly id: RenditionId; readonly rendition: HlsRendition } | undefined {
  const rendition =
    type === 'main' ? player.levels[index] : type === 'audio' ? player.audioTracks[index] : undefined
  if (!rendition) return undefined
  const id = type === 'main' ? variantRenditionId(rendition.attrs) : audioRenditionId(rendition.attrs)
  return { id, rendition }
}

/** Undefined when the fragment is not a media segment that every viewer names alike. */
export function segmentIdentity(
  rendition: RenditionId,
  fragment: HlsFragment,
  playlist: HlsPlaylist | undefined,
  range: ByteRange | undefined,
): SegmentIdentity | undefined {
  if (typeof fragment.sn !== 'number' || fragment.gap) return undefined
  const whole = { rendition, discontinuity: discontinuityOf(fragment, playlist), sequence: fragment.sn }
  const segment = range ? { ...whole, rangeStart: range.start, rangeEnd: range.end } : whole
  return isSegmentIdentity(segment) ? segment : undefined
}

/** The bytes that EXT-X-BYTERANGE gives a fragment; undefined when it is a whole resource. */
export function listedRange(fragment: HlsFragment): ByteRange | undefined {
  const { byteRangeStartOffset: start, byteRangeEndOffset: end } = fragment
  return start === undefined || end === undefined ? undefined : { start, end }
}

/**
 * A live playlist with discontinuities but without EXT-X-DISCONTINUITY-SEQUENCE leaves each viewer counting from
 * where it joined (hls.js: level-helper.ts, `ccOffset`). The counter says nothing then, and is left out.
 */
function discontinuityOf(fragment: HlsFragment, playlist: HlsPlaylist | undefined): number {
  if (!playlist?.live || !playlist.m3u8) return fragment.cc
  const firstSegment = playlist.m3u8.indexOf('#EXTINF')
  const head = firstSegment === -1 ? playlist.m3u8 : playlist.m3u8.slice(0, firstSegment)
  return head.includes('#EXT-X-DISCONTINUITY-SEQUENCE') ? fragment.cc : 0
}
