import { playlistResource, type Site } from '../http/resource.js'
import type { MediaLoop } from '../media/media-loop.js'
import { variantOf } from '../media/variants.js'
import { mediaPlaylistText } from '../playlist/media-playlist.js'
import { multivariantPlaylistText } from '../playlist/multivariant-playlist.js'
import { parseSegmentPath, segmentResource } from './segment-resource.js'

/** The loop once, as a recording: `master.m3u8`, `<rendition>.m3u8` and `<rendition>/<index>.ts`. */
export function vodSite(loop: MediaLoop): Site {
  const renditions = new Map(loop.renditions.map((rendition) => [rendition.name, rendition]))
  const master = multivariantPlaylistText(loop.renditions.map((rendition) => variantOf(loop, rendition)))
  return ({ path }) => {
    if (path === 'master.m3u8') return playlistResource(master)
    const listed = renditions.get(/^([a-z]+)\.m3u8$/.exec(path)?.[1] ?? '')
    if (listed) {
      const uris = listed.segments.map((_, index) => `${listed.name}/${index}.ts`)
      return playlistResource(recordingText(uris, loop.segmentSeconds))
    }
    const asked = parseSegmentPath(path)
    const bytes = asked && renditions.get(asked.rendition)?.segments[asked.sequence]
    return bytes && segmentResource('vod', asked.rendition, asked.sequence, bytes)
  }
}

/** The playlist of a recording whose segments all last as long. */
export function recordingText(uris: readonly string[], segmentSeconds: number, keyUri?: string): string {
  return mediaPlaylistText({
    mediaSequence: 0,
    ended: true,
    segments: uris.map((uri) => ({ uri, seconds: segmentSeconds })),
    ...(keyUri ? { keyUri } : {}),
  })
}
