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

  describe('with turns', () => {
    it('lets each group go through a turn by itself, and hear of others in time', () => {
      const clock = new VirtualClock(50)
      const [a, b] = [clock.newActor(), clock.newActor()]
      const happened: string[] = []
      const note = (who: string): void => void happened.push(`${who} ${clock.now()}`)
      for (let at = 10; at <= 90; at += 40) {
        clock.call(at, () => note('a'), a)
        clock.call(at + 1, () => note('b'), b)
      }
      clock.call(12, () => clock.call(62, () => note('from a to b'), b), a)
      clock.call(13, () => clock.call(63, () => note('from b to a'), a), b)
      clock.runUntil(100)
      const first = ['a 10', 'a 50', 'b 11']
      deepEqual(happened, [...first, 'from b to a 63', 'a 90', 'b 51', 'from a to b 62', 'b 91'])
    })

    it('lets happen at the end of the turn what one group does to another too soon', () => {
      const clock = new VirtualClock(50)
      const [a, b] = [clock.newActor(), clock.newActor()]
      const at: number[] = []
      clock.call(20, () => clock.call(21, () => at.push(clock.now()), a), b)
      clock.call(20, () => clock.as(b, () => at.push(clock.now())), a)
      clock.runUntil(100)
      deepEqual(at, [20, 50])
    })

    it('has what is half a turn away for a group that is half a turn ahead happen in time', () => {
      const clock = new VirtualClock(50)
      const ahead = clock.newActor(25)
      const actors = [clock.newActor(), clock.newActor()]
      const at: number[] = []
      const ask = (): void => {
        const { actor } = clock
        clock.call(
          clock.now() + 25,
          () => clock.call(clock.now() + 25, () => at.push(clock.now()), actor),
          ahead,
        )
      }
      for (const [index, actor] of actors.entries()) clock.call(1 + 48 * index, ask, actor)
      clock.runUntil(100)
      deepEqual(at, [51, 99])
    })

    it('moves an actor with its timers, and forgets neither groups nor timers', () => {
      const clock = new VirtualClock(50)
      const [group, other] = [clock.newGroup(), clock.newGroup()]
      const actor = clock.newActor()
      const at: number[] = []
      for (let time = 10; time <= 490; time += 120) clock.call(time, () => at.push(clock.now()), actor)
      for (const [until, goal] of [group, other, group].entries()) {
        clock.move(actor, goal)
        clock.runUntil((until + 1) * 130)
        equal(actor.group, goal)
      }
      clock.runUntil(500)
      deepEqual(at, [10, 130, 250, 370, 490])
      equal(clock.pending, 0)
    })

    it('has everyone in one group where there are none', () => {
      const clock = new VirtualClock()
      equal(clock.newActor().group, clock.actor.group)
    })
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
