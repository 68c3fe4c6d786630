import { deepEqual, equal } from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { RenditionId } from '../../../protocol/ids.js'
import { findFragment } from '../../../client-sdk/src/player/find-fragment.js'
import { listedRange, renditionOf, segmentIdentity } from '../../../client-sdk/src/player/segment-identity.js'
import { FakePlayer } from '../sdk/fake-player.js'
import { fragmentOf } from './fake-loader.js'

const rendition = 'main' as RenditionId
const numbered = '#EXTM3U\n#EXT-X-DISCONTINUITY-SEQUENCE:3\n#EXTINF:2,\na.ts\n'
const unnumbered = '#EXTM3U\n#EXTINF:2,\na.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:2,\nb.ts\n'

describe('segmentIdentity', () => {
  it('is rendition, discontinuity, sequence and range, never the URL', () => {
    const playlist = { live: true, fragments: [], m3u8: numbered }
    deepEqual(segmentIdentity(rendition, fragmentOf(), playlist, { start: 5, end: 9 }), {
      rendition,
      discontinuity: 3,
      sequence: 12,
      rangeStart: 5,
      rangeEnd: 9,
    })
  })

  it('leaves out a discontinuity counter that depends on when a viewer joined', () => {
    const playlist = { live: true, fragments: [], m3u8: unnumbered }
    equal(segmentIdentity(rendition, fragmentOf({ cc: 4 }), playlist, undefined)?.discontinuity, 0)
    const onDemand = { ...playlist, live: false }
    equal(segmentIdentity(rendition, fragmentOf({ cc: 4 }), onDemand, undefined)?.discontinuity, 4)
    equal(segmentIdentity(rendition, fragmentOf({ cc: 4 }), undefined, undefined)?.discontinuity, 4)
  })

  it('does not exist for init segments, gaps and nonsense', () => {
    for (const changes of [{ sn: 'initSegment' as const }, { gap: true }, { sn: -1 }, { cc: 0.5 }]) {
      equal(segmentIdentity(rendition, fragmentOf(changes), undefined, undefined), undefined)
    }
    equal(segmentIdentity(rendition, fragmentOf(), undefined, { start: 9, end: 9 }), undefined)
  })

  it('reads ranges from the playlist, end exclusive', () => {
    equal(listedRange(fragmentOf()), undefined)
    deepEqual(listedRange(fragmentOf({ byteRangeStartOffset: 0, byteRangeEndOffset: 4 })), {
      start: 0,
      end: 4,
    })
  })
})

describe('renditionOf', () => {
  it('knows variants and audio tracks, nothing else', () => {
    const player = new FakePlayer()
    equal(renditionOf(player, 'main', 0)?.rendition, player.levels[0])
    equal(renditionOf(player, 'audio', 0)?.rendition, player.audioTracks[0])
    for (const [type, index] of [
      ['main', 1],
      ['audio', -1],
      ['subtitle', 0],
    ] as const) {
      equal(renditionOf(player, type, index), undefined)
    }
  })
})

describe('findFragment', () => {
  it('finds the fragment of a URL in any playlist', () => {
    const player = new FakePlayer()
    equal(findFragment(player, 'https://cdn.example/audio-11.ts?token=me')?.sn, 11)
    equal(findFragment(player, 'https://cdn.example/other.ts'), undefined)
  })
})
