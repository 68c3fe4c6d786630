import { ok } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { nextPollAt } from '../../../tracker/src/core/poll-schedule.js'

/** Looks of a witness at a playlist that grows at these moments; returns delays from birth to sight, and all looks. */
function watch(births: readonly number[], segmentMs: number, until: number, firstLookAt = 0) {
  let lookedBefore = Number.NEGATIVE_INFINITY
  let state = { changedAt: firstLookAt, lookedBefore, segmentMs, failures: 0 }
  const delays: number[] = []
  let looks = 0
  let seen = births.filter((at) => at <= firstLookAt).length
  for (let now = firstLookAt; now < until; now = nextPollAt(now, state)) {
    looks += 1
    const born = births.filter((at) => at <= now).length
    if (born > seen) state = { ...state, changedAt: now, lookedBefore }
    for (; seen < born; seen += 1) delays.push(now - (births[seen] ?? 0))
    lookedBefore = now
  }
  return { delays, looks }
}

describe('when the witness looks at a playlist', () => {
  for (const segmentMs of [1000, 2000, 6000]) {
    it(`sees segments of ${segmentMs} ms within 200 ms of their birth, with few looks`, () => {
      const births = Array.from({ length: 30 }, (_, index) => 730 + index * segmentMs)
      const { delays, looks } = watch(births, segmentMs, births.length * segmentMs)
      ok(delays.length >= 28, `${delays.length} seen`)
      ok(
        delays.every((delay) => delay <= 200),
        String(delays),
      )
      ok(looks <= births.length * 4 + (2 * segmentMs) / 150, `${looks} looks`)
    })
  }

  it('looks once a segment at a stream that stands still, and seldom at one that fails', () => {
    ok(watch([0], 2000, 120_000).looks < 130)
    let now = 0
    let looks = 0
    for (let failures = 1; now < 60_000; failures += 1) {
      now = nextPollAt(now, { changedAt: 0, lookedBefore: 0, segmentMs: 2000, failures })
      looks += 1
    }
    ok(looks <= 13, `${looks} looks in a minute`)
  })
})
