import type { Site } from './http/resource.js'
import { discontinuityBase, type Timeline } from './live/timeline.js'
import type { LoopRendition, MediaLoop } from './media/media-loop.js'
import { padRendition } from './media/pad-rendition.js'
import { lowestRendition, variantOf } from './media/variants.js'
import type { ResolvedOriginOptions } from './origin-options.js'
import { multivariantPlaylistText } from './playlist/multivariant-playlist.js'
import { encoderSite } from './sites/encoder-site.js'
import { liveDemuxedSite } from './sites/live-demuxed-site.js'
import { liveSite } from './sites/live-site.js'
import { vodAesSite } from './sites/vod-aes-site.js'
import { vodFmp4Site } from './sites/vod-fmp4-site.js'
import { vodSite } from './sites/vod-site.js'
import { sourceSite } from './source/source-site.js'

/** The origin's paths by their first folder. */
export function originSites(options: ResolvedOriginOptions, loop: MediaLoop): ReadonlyMap<string, Site> {
  const segmentMs = options.segmentSeconds * 1000
  const loopSegments = loop.renditions[0]?.segments.length ?? 0
  const timeline: Timeline = {
    segmentMs,
    loopSegments,
    discontinuityBase: discontinuityBase(segmentMs * loopSegments, options.now()),
    windowSegments: options.windowSegments,
    graceSegments: options.graceSegments,
  }
  const renditions = listedRenditions(options, loop)
  const loopSite = liveSite({
    stream: 'live',
    timeline,
    renditions,
    master: multivariantPlaylistText(renditions.map((rendition) => variantOf(loop, rendition))),
  })
  const sites = new Map<string, Site>([
    ['live', options.encoderFolder === undefined ? loopSite : encoderSite(options.encoderFolder)],
    ['live-demuxed', liveDemuxedSite(loop, timeline)],
    ['vod', vodSite(loop)],
    ['vod-fmp4', vodFmp4Site(loop)],
    ['vod-aes', vodAesSite(loop)],
  ])
  if (options.sourceUrl !== undefined) sites.set('source', sourceSite(options.sourceUrl))
  return sites
}

function listedRenditions(options: ResolvedOriginOptions, loop: MediaLoop): readonly LoopRendition[] {
  const { oneRendition, paddedBitsPerSecond, paddedLadder, sparsePictures } = options
  const smallest = sparsePictures ? loop.sparse : lowestRendition(loop)
  if (paddedLadder !== undefined) {
    return paddedLadder
      .map((rate, rung) => padRendition(smallest, loop.segmentSeconds, rate, rungName(rung)))
      .toReversed()
  }
  if (paddedBitsPerSecond !== undefined) {
    return [padRendition(smallest, loop.segmentSeconds, paddedBitsPerSecond)]
  }
  return oneRendition ? loop.renditions.slice(0, 1) : loop.renditions
}

/** `rung` and a letter: names of renditions have letters only. */
function rungName(rung: number): string {
  return `rung${String.fromCharCode('a'.charCodeAt(0) + rung)}`
}
