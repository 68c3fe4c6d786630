import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { isRenditionId, type RenditionId } from '../../../protocol/ids.js'
import { segmentKey } from '../../../protocol/segment-key.js'
import { readHlsPlaylist } from '../../../tracker/src/core/hls-playlist.js'

const v = 'v' as RenditionId

function keys(text: string): string[] {
  const playlist = readHlsPlaylist(text, v)
  ok(playlist?.kind === 'media')
  return playlist.segments.map(({ segment }) => segmentKey(segment))
}

describe('a playlist as the witness reads it', () => {
  it('names the segments of a live window as viewers do', () => {
    const text = `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:10\n#EXTINF:2.0,\r\na.ts\r\n#EXTINF:1.5,title\nb.ts?x=1,2\n`
    deepEqual(readHlsPlaylist(text, v), {
      kind: 'media',
      live: true,
      targetMs: 2000,
      segments: [
        { segment: { rendition: v, discontinuity: 0, sequence: 10 }, uri: 'a.ts', durationMs: 2000 },
        { segment: { rendition: v, discontinuity: 0, sequence: 11 }, uri: 'b.ts?x=1,2', durationMs: 1500 },
      ],
    })
  })

  it('counts discontinuities where viewers agree on them, and only there', () => {
    const body = '#EXTINF:2,\na.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:2,\nb.ts\n'
    deepEqual(keys(`#EXTM3U\n${body}`), ['v/0/0', 'v/0/1'])
    deepEqual(keys(`#EXTM3U\n#EXT-X-DISCONTINUITY-SEQUENCE:4\n${body}`), ['v/4/0', 'v/5/1'])
    deepEqual(keys(`#EXTM3U\n${body}#EXT-X-ENDLIST\n`), ['v/0/0', 'v/1/1'])
  })

  it('names byte ranges, those without an offset following the one before, and leaves gaps out', () => {
    const text =
      '#EXTM3U\n#EXT-X-MAP:URI="i.mp4"\n#EXTINF:2,\n#EXT-X-BYTERANGE:100@50\nf.mp4\n#EXTINF:2,\n#EXT-X-BYTERANGE:20\nf.mp4\n' +
      '#EXT-X-GAP\n#EXTINF:2,\ng.ts\n#EXTINF:2,\nh.ts\n'
    deepEqual(keys(text), ['v/0/0/50-150', 'v/0/1/150-170', 'v/0/3'])
  })

  it('finds variants and sound tracks, each once', () => {
    const text = [
      '#EXTM3U',
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="English, loud",LANGUAGE="en",URI="en.m3u8"',
      '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="s",NAME="x",URI="s.m3u8"',
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="in the picture"',
      '#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x360,CODECS="avc1.4d401e,mp4a.40.2"',
      'low.m3u8',
      '#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x360,CODECS="avc1.4d401e,mp4a.40.2"',
      'other-cdn/low.m3u8',
    ].join('\n')
    const playlist = readHlsPlaylist(text)
    ok(playlist?.kind === 'multivariant')
    deepEqual(
      playlist.renditions.map(({ uri }) => uri),
      ['en.m3u8', 'low.m3u8'],
    )
    ok(playlist.renditions[1]?.rendition.startsWith('v-640x360-800k-'))
    ok(playlist.renditions.every(({ rendition }) => isRenditionId(rendition)))
  })

  it('is none when it is an error page, and garbage in one never throws', () => {
    equal(readHlsPlaylist('<html>502 Bad Gateway</html>'), undefined)
    const lines = fc.constantFrom(
      '#EXTINF:abc,',
      '#EXTINF:1e999,',
      '#EXT-X-MEDIA-SEQUENCE:-5',
      '#EXT-X-MEDIA-SEQUENCE:1e30',
      '#EXT-X-BYTERANGE:@',
      '#EXT-X-BYTERANGE:5@-9',
      '#EXT-X-STREAM-INF:BANDWIDTH=x',
      '#EXT-X-MEDIA:TYPE=AUDIO,URI=""',
      'uri',
      '#',
      '',
      '#EXT-X-DISCONTINUITY-SEQUENCE:x',
    )
    fc.assert(
      fc.property(fc.array(fc.oneof(lines, fc.string())), (garbage) => {
        const playlist = readHlsPlaylist(['#EXTM3U', ...garbage].join('\n'), v)
        ok(playlist)
        if (playlist.kind !== 'media') return
        for (const { segment, durationMs } of playlist.segments) {
          ok(segment.sequence >= 0 && Number.isSafeInteger(segment.sequence))
          ok(Number.isFinite(durationMs))
        }
      }),
    )
  })
})
