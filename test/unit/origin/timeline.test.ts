import assert from 'node:assert/strict'
import fc from 'fast-check'
import { isServed, newestSequence, windowAt, type Timeline } from '../../../demo/origin/live/timeline.js'

const timelines = fc.record<Timeline>({
  segmentMs: fc.constantFrom(2000, 4000),
  loopSegments: fc.integer({ min: 1, max: 12 }),
  windowSegments: fc.integer({ min: 3, max: 12 }),
  graceSegments: fc.integer({ min: 0, max: 5 }),
  discontinuityBase: fc.constant(0),
})
/** From 2001 to 2100. */
const moments = fc.integer({ min: 978_307_200_000, max: 4_102_444_800_000 })
/** What a player waits between two looks at the playlist, and a player that slept. */
const waits = fc.integer({ min: 0, max: 60_000 })

describe('the live timeline', () => {
  it('offers a segment the moment its last frame is encoded, and not before', () => {
    fc.assert(
      fc.property(timelines, moments, (timeline, now) => {
        const newest = windowAt(timeline, now).segments.at(-1)
        assert.ok(newest)
        const endsAtMs = newest.startsAtMs + timeline.segmentMs
        assert.ok(endsAtMs <= now && now < endsAtMs + timeline.segmentMs)
      }),
    )
    const timeline = {
      segmentMs: 2000,
      loopSegments: 10,
      windowSegments: 6,
      graceSegments: 3,
      discontinuityBase: 0,
    }
    assert.equal(newestSequence(timeline, 1_000_000_001_999), 499_999_999)
    assert.equal(newestSequence(timeline, 1_000_000_002_000), 500_000_000)
  })

  it('lists a full window of consecutive segments without gaps in time', () => {
    fc.assert(
      fc.property(timelines, moments, (timeline, now) => {
        const { mediaSequence, segments } = windowAt(timeline, now)
        assert.equal(segments.length, timeline.windowSegments)
        segments.forEach((segment, index) => {
          assert.equal(segment.sequence, mediaSequence + index)
          assert.equal(segment.startsAtMs, segment.sequence * timeline.segmentMs)
        })
      }),
    )
  })

  it('never goes back, and moves by one segment per segment length', () => {
    fc.assert(
      fc.property(timelines, moments, waits, (timeline, now, wait) => {
        const before = windowAt(timeline, now)
        const after = windowAt(timeline, now + wait)
        const moved = after.mediaSequence - before.mediaSequence
        assert.ok(Math.abs(moved - wait / timeline.segmentMs) < 1)
        assert.ok(moved >= 0)
        assert.ok(after.discontinuitySequence >= before.discontinuitySequence)
      }),
    )
  })

  it('gives every segment the same discontinuity number in every playlist that lists it', () => {
    let shared = 0
    fc.assert(
      fc.property(timelines, moments, fc.integer({ min: 0, max: 12 }), (timeline, now, steps) => {
        const before = discontinuityNumbers(timeline, now)
        const after = discontinuityNumbers(timeline, now + steps * timeline.segmentMs)
        for (const [sequence, number] of after) {
          if (!before.has(sequence)) continue
          shared += 1
          assert.equal(number, before.get(sequence))
        }
      }),
    )
    assert.ok(shared > 100, `only ${shared} segments were in two playlists`)
  })

  it('marks a discontinuity exactly where the loop starts over', () => {
    fc.assert(
      fc.property(timelines, moments, (timeline, now) => {
        for (const { sequence, loopIndex, discontinuity } of windowAt(timeline, now).segments) {
          assert.equal(loopIndex, sequence % timeline.loopSegments)
          assert.equal(discontinuity, loopIndex === 0)
        }
      }),
    )
  })

  it('serves what it lists and the grace after it, nothing older and nothing from the future', () => {
    fc.assert(
      fc.property(timelines, moments, (timeline, now) => {
        const { mediaSequence, segments } = windowAt(timeline, now)
        for (const { sequence } of segments) assert.ok(isServed(timeline, now, sequence))
        assert.equal(isServed(timeline, now, mediaSequence - timeline.graceSegments), true)
        assert.equal(isServed(timeline, now, mediaSequence - timeline.graceSegments - 1), false)
        assert.equal(isServed(timeline, now, mediaSequence + segments.length), false)
      }),
    )
  })
})

/** By media sequence, as a player counts them: the playlist's own number and the tags before the segment. */
function discontinuityNumbers(timeline: Timeline, now: number): Map<number, number> {
  const { discontinuitySequence, segments } = windowAt(timeline, now)
  let number = discontinuitySequence
  return new Map(
    segments.map(({ sequence, discontinuity }) => {
      if (discontinuity) number += 1
      return [sequence, number]
    }),
  )
}
