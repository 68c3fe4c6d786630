import type { SegmentIdentity } from '../../../protocol/segment-key.js'
import type { SegmentSource } from '../engine/inputs.js'
import type { HlsPlayer } from './hls-player.js'
import type { LoaderContext } from './loader-contract.js'
import { renditionOf, segmentIdentity } from './segment-identity.js'

/** A load of hls.js that can be shared: what every viewer calls it, and where the CDN keeps it. */
export interface LoadRequest {
  readonly segment: SegmentIdentity
  readonly source: SegmentSource
  readonly live: boolean
  /** Where it begins on the media element's timeline. */
  readonly startSeconds: number
}

/**
 * Understands a load, or says undefined: init segments, LL-HLS parts, subtitles, bitrate tests (they measure the
 * CDN) and anything that this version does not know go to the original loader.
 */
export function readLoadRequest(player: HlsPlayer, context: LoaderContext): LoadRequest | undefined {
  const { frag } = context
  if (context.part || context.resetIV || frag.bitrateTest || context.responseType !== 'arraybuffer') {
    return undefined
  }
  const found = renditionOf(player, frag.type, frag.level)
  if (!found) return undefined
  const playlist = found.rendition.details
  const range = context.rangeEnd ? { start: context.rangeStart ?? 0, end: context.rangeEnd } : undefined
  const segment = segmentIdentity(found.id, frag, playlist, range)
  if (!segment) return undefined
  const headers = context.headers ?? {}
  const source = Object.keys(headers).length > 0 ? { url: context.url, headers } : { url: context.url }
  return { segment, source, live: playlist?.live ?? false, startSeconds: frag.start }
}
