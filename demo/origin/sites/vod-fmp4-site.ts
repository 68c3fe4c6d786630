import { bytesBody, playlistResource, type Resource, type Site } from '../http/resource.js'
import type { MediaLoop } from '../media/media-loop.js'
import { mediaPlaylistText } from '../playlist/media-playlist.js'
import { multivariantPlaylistText, ratesOf } from '../playlist/multivariant-playlist.js'

/** A recording in one fragmented MP4, whose header and segments are byte ranges of it. */
export function vodFmp4Site(loop: MediaLoop): Site {
  const { layout, bytes } = loop.fmp4
  const { codecs, width, height } = layout
  const segments = layout.segments.map(({ seconds, offset, length }) => ({
    uri: 'low.mp4',
    seconds,
    byteRange: { offset, length },
  }))
  const rates = ratesOf(
    segments.map((segment) => segment.byteRange.length),
    segments[0]?.seconds ?? 1,
  )
  const master = multivariantPlaylistText([
    { uri: 'low.m3u8', codecs, width, height, frameRate: loop.frameRate, ...rates },
  ])
  const playlist = mediaPlaylistText({
    mediaSequence: 0,
    ended: true,
    init: { uri: 'low.mp4', byteRange: layout.init },
    segments,
  })
  const file: Resource = {
    kind: 'segment',
    contentType: 'video/mp4',
    body: bytesBody(bytes),
    accounts: layout.segments.map(({ offset, length }, sequence) => ({
      stream: 'vod-fmp4',
      rendition: 'low',
      sequence,
      offset,
      sizeBytes: length,
    })),
  }
  return ({ path }) => {
    if (path === 'master.m3u8') return playlistResource(master)
    if (path === 'low.m3u8') return playlistResource(playlist)
    return path === 'low.mp4' ? file : undefined
  }
}
