import assert from 'node:assert/strict'
import { JoinValve } from '../../../tracker/src/server/join-valve.js'

describe('the valve for joiners', () => {
  function valveAfter(...delaysMs: number[]): JoinValve {
    const valve = new JoinValve(100)
    for (const delayMs of delaysMs) valve.measured(delayMs)
    return valve
  }

  it('lets everyone in while the loop is in time, and through one pause', () => {
    assert.equal(valveAfter().share, 1)
    assert.equal(valveAfter(0, 99, 500, 0, 500).share, 1)
    assert.ok(valveAfter().letsIn(0.999_999))
  })

  it('closes step by step while the loop is late, never quite, and opens again more slowly', () => {
    const closing = [2, 3, 4].map((count) => valveAfter(...Array<number>(count).fill(101)).share)
    assert.ok(
      closing.every((share, index) => share < (closing[index - 1] ?? 1)),
      String(closing),
    )
    const late = Array<number>(50).fill(500)
    const shut = valveAfter(...late)
    assert.ok(shut.share > 0 && shut.letsIn(0) && !shut.letsIn(0.5))
    assert.equal(valveAfter(...late, ...late.map(() => 75)).share, shut.share, 'between the bounds it stays')
    assert.equal(valveAfter(...late, ...late.map(() => 1)).share, 1)
  })

  it('closes while there is a queue before the door, after five seconds of it', () => {
    const valve = new JoinValve(100)
    const shares = Array.from({ length: 22 }, () => {
      valve.measured(1, 0, true)
      return valve.share
    })
    assert.ok(
      shares.slice(0, 19).every((share) => share === 1) && (shares.at(-1) ?? 1) < 0.75,
      String(shares),
    )
    valve.measured(1, 0, false)
    assert.ok(valve.share > (shares.at(-1) ?? 1))
  })

  it('settles near the share that can be served', () => {
    const valve = new JoinValve(100)
    const shares: number[] = []
    let queued = 0
    for (let step = 0; step < 400; step += 1) {
      // Twice as much comes as can be done; what is not done is the delay.
      queued = Math.max(0, queued + 50 * (2 * valve.share - 1))
      valve.measured(queued)
      if (step >= 100) shares.push(valve.share)
    }
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length
    assert.ok(mean > 0.35 && mean < 0.6, `let in ${mean}`)
  })

  it('closes when the loop is at work all the time, after one second of it, and keeps it below', () => {
    const valve = new JoinValve(100)
    const shares: number[] = []
    for (let step = 0; step < 400; step += 1) {
      // Three times as much comes as can be done; those sent away cost a little, too.
      valve.measured(5, Math.min(1, 3 * valve.share + 0.1))
      shares.push(valve.share)
    }
    assert.ok(
      shares.slice(0, 3).every((share) => share === 1),
      String(shares.slice(0, 10)),
    )
    assert.ok(
      shares.slice(8).every((share) => share > 0.15 && share < 0.3),
      String(shares.slice(8)),
    )
  })

  it('opens again only when the loop has time for more', () => {
    const valve = new JoinValve(100)
    for (let step = 0; step < 12; step += 1) valve.measured(5, 1)
    const { share } = valve
    valve.measured(5, 0.75)
    assert.equal(valve.share, share)
    valve.measured(5, 0.5)
    assert.ok(valve.share > share)
  })

  it('lets everyone in when it is turned off', () => {
    const valve = new JoinValve(0)
    for (let count = 0; count < 10; count += 1) valve.measured(10_000)
    assert.equal(valve.share, 1)
  })
})
