import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Pace } from '../../../client-sdk/src/engine/pace.js'

describe('a pace', () => {
  it('lets as much happen at once as the burst, then one in each interval', () => {
    const pace = new Pace(10, 3)
    const at: number[] = []
    for (let now = 0; now < 50; now += 1) {
      while (pace.allowedAt <= now && at.length < 100) {
        at.push(now)
        pace.done(now)
      }
    }
    assert.deepEqual(at, [0, 0, 0, 10, 20, 30, 40])
  })

  it('is made up for by a pause, but not beyond the burst', () => {
    const pace = new Pace(10, 2)
    for (let index = 0; index < 50; index += 1) pace.done(0)
    assert.equal(pace.allowedAt, 10, 'what was done without leave is not held against it for long')
    let done = 0
    for (; pace.allowedAt <= 1000; done += 1) pace.done(1000)
    assert.equal(done, 2)
  })
})
