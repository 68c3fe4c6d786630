import { deepEqual, equal, notEqual, throws } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { seededRandom } from '../../support/swarm/seeded-random.js'
import { VirtualClock } from '../../support/swarm/virtual-clock.js'

describe('VirtualClock', () => {
  it('fires by time, then by the order in which timers were set, whatever was cancelled', () => {
    const clock = new VirtualClock()
    const random = seededRandom(3)
    const fired: (readonly [at: number, order: number])[] = []
    const expected: (readonly [at: number, order: number])[] = []
    const cancels: (() => void)[] = []
    for (let order = 0; order < 10_000; order += 1) {
      const at = Math.floor(random() * 500)
      cancels.push(clock.wake(at, () => fired.push([clock.now(), order])))
      expected.push([at, order])
    }
    const kept = expected.filter(([, order]) => order % 3 === 0)
    for (const [order, cancel] of cancels.entries()) if (order % 3 !== 0) cancel()
    equal(clock.pending, kept.length)
    clock.runUntil(500)
    deepEqual(
      fired,
      kept.toSorted(([a, first], [b, second]) => a - b || first - second),
    )
    equal(clock.pending, 0)
  })

  it('keeps the order of timers set far ahead, and of those set while others fire', () => {
    const clock = new VirtualClock()
    const random = seededRandom(4)
    const fired: (readonly [at: number, order: number])[] = []
    const expected: (readonly [at: number, order: number])[] = []
    const set = (at: number): void => {
      const order = expected.length
      expected.push([at, order])
      clock.wake(at, () => {
        fired.push([clock.now(), order])
        // Within the same millisecond, and several minutes ahead.
        if (order < 1000) set(clock.now() + random() * (order % 2 === 0 ? 0.5 : 300_000))
      })
    }
    for (let index = 0; index < 500; index += 1) set(random() * 20_000)
    for (let until = 0; until <= 1_000_000; until += 777) clock.runUntil(until)
    equal(fired.length, 1500)
    deepEqual(
      fired,
      expected.toSorted(([a, first], [b, second]) => a - b || first - second),
    )
    equal(clock.pending, 0)
  })

  it('cancels once, and not what has fired', () => {
    const clock = new VirtualClock()
    const cancelFirst = clock.wake(1, () => {})
    const cancelSecond = clock.wake(2, () => {})
    clock.runUntil(1)
    cancelFirst()
    equal(clock.pending, 1)
    cancelSecond()
    cancelSecond()
    equal(clock.pending, 0)
  })

  it('fires what is set for the past now', () => {
    const clock = new VirtualClock()
    clock.runUntil(100)
    let at = 0
    clock.wake(5, () => (at = clock.now()))
    clock.runUntil(100)
    equal(at, 100)
  })

  it('ends a moment that never ends', () => {
    const clock = new VirtualClock()
    const again = (): void => void clock.wake(clock.now(), again)
    again()
    throws(() => clock.runUntil(1), /time stands still at 0 ms/)
  })

  it('has a trace that tells when things happened', () => {
    const digest = (times: readonly number[]): string => {
      const clock = new VirtualClock()
      for (const at of times) clock.wake(at, () => {})
      clock.runUntil(100)
      return clock.trace.digest()
    }
    equal(digest([1, 2, 3.5]), digest([1, 2, 3.5]))
    notEqual(digest([1, 2, 3.5]), digest([1, 2, 3.25]))
    notEqual(digest([1, 2]), digest([2, 1]))
  })
})
