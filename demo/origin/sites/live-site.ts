import { playlistResource, type Site } from '../http/resource.js'
import { isServed, segmentOf, windowAt, type Timeline } from '../live/timeline.js'
import type { LoopRendition } from '../media/media-loop.js'
import { mediaPlaylistText } from '../playlist/media-playlist.js'
import { parseSegmentPath, segmentResource } from './segment-resource.js'

/** What a live site sends out, endlessly. */
export interface LiveProgramme {
  /** The name its segments are counted under. */
  readonly stream: string
  readonly timeline: Timeline
  readonly renditions: readonly Pick<LoopRendition, 'name' | 'segments'>[]
  /** The multivariant playlist. */
  readonly master: string
}

/** `master.m3u8`, `<rendition>.m3u8` and `<rendition>/<media sequence>.ts`. */
export function liveSite(programme: LiveProgramme): Site {
  const { stream, timeline } = programme
  const renditions = new Map(programme.renditions.map((rendition) => [rendition.name, rendition]))
  return ({ path, nowMs }) => {
    if (path === 'master.m3u8') return playlistResource(programme.master)
    const listed = renditions.get(/^([a-z]+)\.m3u8$/.exec(path)?.[1] ?? '')
    if (listed) return playlistResource(livePlaylistText(timeline, listed.name, nowMs))

    const asked = parseSegmentPath(path)
    if (!asked || !isServed(timeline, nowMs, asked.sequence)) return undefined
    const bytes = renditions.get(asked.rendition)?.segments[segmentOf(timeline, asked.sequence).loopIndex]
    return bytes && segmentResource(stream, asked.rendition, asked.sequence, bytes)
  }
}

/** The playlist of one rendition at `nowMs`. */
export function livePlaylistText(timeline: Timeline, rendition: string, nowMs: number): string {
  const { mediaSequence, discontinuitySequence, segments } = windowAt(timeline, nowMs)
  return mediaPlaylistText({
    mediaSequence,
    discontinuitySequence,
    ended: false,
    segments: segments.map(({ sequence, startsAtMs, discontinuity }) => ({
      uri: `${rendition}/${sequence}.ts`,
      seconds: timeline.segmentMs / 1000,
      startsAtMs,
      discontinuity,
    })),
  })
}
