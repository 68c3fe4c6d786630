import { equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { segmentDeadline } from '../../../client-sdk/src/player/deadline.js'

function media(currentTime: number, ranges: readonly (readonly [number, number])[], playbackRate = 1) {
  return {
    currentTime,
    playbackRate,
    buffered: {
      length: ranges.length,
      start: (index: number) => ranges[index]?.[0] ?? 0,
      end: (index: number) => ranges[index]?.[1] ?? 0,
    },
  }
}

describe('segmentDeadline', () => {
  it('is now before the page attached a media element', () => {
    equal(segmentDeadline(500, 10, null), 500)
    equal(segmentDeadline(500, 10, undefined), 500)
  })

  it('is now at start-up and after a seek, when nothing is buffered ahead', () => {
    equal(segmentDeadline(500, 10, media(0, [])), 500)
    equal(segmentDeadline(500, 62, media(60, [[0, 20]])), 500)
    equal(segmentDeadline(500, 22, media(19.95, [[0, 20]])), 500)
  })

  it('is when the playhead gets there, at its rate', () => {
    equal(segmentDeadline(500, 20, media(16, [[10, 20]])), 4500)
    equal(segmentDeadline(500, 20, media(16, [[10, 20]], 2)), 2500)
  })

  it('counts a stopped playhead as playing', () => {
    equal(segmentDeadline(500, 20, media(16, [[10, 20]], 0)), 4500)
  })

  it('plays across the small hole in front of a first segment', () => {
    equal(segmentDeadline(500, 2, media(0, [[0.08, 2]])), 2500)
  })

  it('is never in the past, and always a number', () => {
    const seconds = fc.double({ min: -1e6, max: 1e6 })
    fc.assert(
      fc.property(
        fc.nat(),
        seconds,
        seconds,
        fc.tuple(seconds, seconds),
        fc.double(),
        (now, start, at, range, rate) => {
          const deadline = segmentDeadline(now, start, media(at, [range], rate))
          ok(deadline >= now)
        },
      ),
    )
  })
})
