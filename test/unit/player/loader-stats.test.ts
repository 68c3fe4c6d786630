import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { Delivery } from '../../../client-sdk/src/engine/outputs.js'
import {
  bitsPerSecond,
  deliveredTiming,
  pacedFirstByteAt,
} from '../../../client-sdk/src/player/loader-stats.js'

const base: Delivery = {
  startedAt: 1000,
  firstByteAt: 1100,
  completedAt: 1500,
  cdnBytes: 400_000,
  peerBytes: 0,
  sources: [],
}

const durations = fc.record({
  wait: fc.nat(10_000),
  body: fc.nat(10_000),
  bytes: fc.integer({ min: 1, max: 10_000_000 }),
  rate: fc.integer({ min: 10_000, max: 100_000_000 }),
  firstByteMs: fc.nat(2000),
  now: fc.integer({ min: 30_000, max: 1_000_000 }),
})

describe('deliveredTiming', () => {
  it('ends now: hls.js measures from there, since that is when its worker starts', () => {
    equal(deliveredTiming(9000, 400_000, base).end, 9000)
  })

  it('keeps the real durations of a segment from the CDN alone', () => {
    deepEqual(deliveredTiming(9000, 400_000, base), { start: 8500, first: 8600, end: 9000 })
  })

  it('does not blame the CDN for a wait before its fetch, nor for pauses between ranges', () => {
    const measured = {
      ...base,
      firstByteAt: 4000,
      completedAt: 8000,
      cdnBytesPerSecond: 1_000_000,
      cdnFirstByteMs: 60,
    }
    deepEqual(deliveredTiming(9000, 400_000, measured), { start: 8540, first: 8600, end: 9000 })
  })

  it('uses real times while nothing is known of the CDN', () => {
    const unknown = { ...base, cdnBytes: 0, peerBytes: 400_000 }
    deepEqual(deliveredTiming(9000, 400_000, unknown), { start: 8500, first: 8600, end: 9000 })
  })

  it('never shows neighbours as faster or slower than the CDN', () => {
    fc.assert(
      fc.property(durations, ({ wait, body, bytes, rate, firstByteMs, now }) => {
        const timing = deliveredTiming(now, bytes, {
          ...base,
          firstByteAt: 1000 + wait,
          completedAt: 1000 + wait + body,
          peerBytes: 1,
          cdnBytesPerSecond: rate,
          cdnFirstByteMs: firstByteMs,
        })
        ok(Math.abs(bitsPerSecond(bytes, timing) / (rate * 8) - 1) < 1e-3)
        ok(Math.abs(timing.first - timing.start - firstByteMs) < 1e-6)
      }),
    )
  })

  it('never shows the CDN as slower than it is, and is always in order', () => {
    fc.assert(
      fc.property(durations, ({ wait, body, bytes, rate, firstByteMs, now }) => {
        const timing = deliveredTiming(now, bytes, {
          ...base,
          firstByteAt: 1000 + wait,
          completedAt: 1000 + wait + body,
          cdnBytesPerSecond: rate,
          cdnFirstByteMs: firstByteMs,
        })
        ok(timing.start <= timing.first && timing.first <= timing.end)
        ok(timing.end - timing.first <= body + 1e-6)
        ok(timing.end - timing.first <= (bytes / rate) * 1000 + 1e-6)
      }),
    )
  })
})

describe('pacedFirstByteAt', () => {
  /** What hls.js 1.7.4 computes in _abandonRulesCheck, in bytes per second. */
  function rateSoFar(now: number, start: number, first: number, loaded: number): number {
    return (loaded * 1000) / (now - start - (first - start))
  }

  it('makes the rate so far the CDN rate, however long neighbours take', () => {
    for (const now of [3000, 5000, 9000]) {
      const first = pacedFirstByteAt(now, 1000, 200_000, 1100, 1_000_000)
      ok(Math.abs(rateSoFar(now, 1000, first, 200_000) - 1_000_000) < 1)
    }
  })

  it('leaves neighbours that are faster than the CDN their real rate until then', () => {
    equal(pacedFirstByteAt(1200, 1000, 5_000_000, 1100, 1_000_000), 1000)
  })

  it('is the real time without an estimate, and 0 without a byte', () => {
    equal(pacedFirstByteAt(3000, 1000, 200_000, 1100, undefined), 1100)
    equal(pacedFirstByteAt(3000, 1000, 0, 0, 1_000_000), 0)
  })
})
