import type { Site } from '../http/resource.js'
import type { Timeline } from '../live/timeline.js'
import { keepTrack } from '../media/keep-track.js'
import type { MediaLoop } from '../media/media-loop.js'
import { lowestRendition, variantOf } from '../media/variants.js'
import { multivariantPlaylistText } from '../playlist/multivariant-playlist.js'
import { liveSite } from './live-site.js'

/** The lowest rendition live, with its sound in a playlist of its own: `video.m3u8` and `audio.m3u8`. */
export function liveDemuxedSite(loop: MediaLoop, timeline: Timeline): Site {
  const muxed = lowestRendition(loop)
  const trackOf = (track: 'video' | 'audio') => ({
    name: track,
    segments: muxed.segments.map((segment) => keepTrack(segment, track)),
  })
  return liveSite({
    stream: 'live-demuxed',
    timeline,
    renditions: [trackOf('video'), trackOf('audio')],
    // The rates are those of picture and sound together, as the attributes mean them.
    master: multivariantPlaylistText([variantOf(loop, muxed, 'video.m3u8')], 'audio.m3u8'),
  })
}
