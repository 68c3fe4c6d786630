import assert from 'node:assert/strict'
import { mediaPlaylistText } from '../../../demo/origin/playlist/media-playlist.js'
import { multivariantPlaylistText, ratesOf } from '../../../demo/origin/playlist/multivariant-playlist.js'
import { livePlaylistText } from '../../../demo/origin/sites/live-site.js'

describe('the text of playlists', () => {
  it('writes a live playlist across the end of the loop', () => {
    const timeline = {
      segmentMs: 2000,
      loopSegments: 10,
      windowSegments: 3,
      graceSegments: 3,
      discontinuityBase: 0,
    }
    const text = livePlaylistText(timeline, 'high', Date.parse('2026-01-01T00:00:02.500Z'))
    assert.equal(
      text,
      [
        '#EXTM3U',
        '#EXT-X-VERSION:6',
        '#EXT-X-TARGETDURATION:2',
        '#EXT-X-MEDIA-SEQUENCE:883612798',
        '#EXT-X-DISCONTINUITY-SEQUENCE:88361279',
        '#EXT-X-INDEPENDENT-SEGMENTS',
        '#EXT-X-PROGRAM-DATE-TIME:2025-12-31T23:59:56.000Z',
        '#EXTINF:2.000,',
        'high/883612798.ts',
        '#EXT-X-PROGRAM-DATE-TIME:2025-12-31T23:59:58.000Z',
        '#EXTINF:2.000,',
        'high/883612799.ts',
        '#EXT-X-DISCONTINUITY',
        '#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.000Z',
        '#EXTINF:2.000,',
        'high/883612800.ts',
        '',
      ].join('\n'),
    )
  })

  it('writes a recording in byte ranges of one file', () => {
    const text = mediaPlaylistText({
      mediaSequence: 0,
      ended: true,
      init: { uri: 'a.mp4', byteRange: { offset: 0, length: 10 } },
      segments: [{ uri: 'a.mp4', seconds: 1.96, byteRange: { offset: 10, length: 90 } }],
    })
    assert.equal(
      text,
      [
        '#EXTM3U',
        '#EXT-X-VERSION:7',
        '#EXT-X-TARGETDURATION:2',
        '#EXT-X-MEDIA-SEQUENCE:0',
        '#EXT-X-PLAYLIST-TYPE:VOD',
        '#EXT-X-INDEPENDENT-SEGMENTS',
        '#EXT-X-MAP:URI="a.mp4",BYTERANGE="10@0"',
        '#EXTINF:1.960,',
        '#EXT-X-BYTERANGE:90@10',
        'a.mp4',
        '#EXT-X-ENDLIST',
        '',
      ].join('\n'),
    )
  })

  it('describes variants by what their segments measure', () => {
    const rates = ratesOf([250_000, 150_000], 2)
    assert.deepEqual(rates, { peakRate: 1_000_000, averageRate: 800_000 })
    const variant = { uri: 'v.m3u8', codecs: 'avc1.4D401E', width: 640, height: 360, frameRate: 25, ...rates }
    const lines = multivariantPlaylistText([variant], 'a.m3u8').split('\n')
    assert.match(lines[3] ?? '', /^#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",.*URI="a.m3u8"$/)
    assert.equal(
      lines[4],
      '#EXT-X-STREAM-INF:BANDWIDTH=1000000,AVERAGE-BANDWIDTH=800000,CODECS="avc1.4D401E",' +
        'RESOLUTION=640x360,FRAME-RATE=25.000,AUDIO="audio"',
    )
    assert.equal(lines[5], 'v.m3u8')
  })
})
