import assert from 'node:assert/strict'
import { Bans } from '../../../tracker/src/core/bans.js'
import { CoreHarness, errorCodesOf, joinedOf, joinRequest, memberId, repliesOf } from './core-harness.js'

const grant = { holder: '', token: 'k/t1' }

describe('bans', () => {
  it('keep a member out, drop it where it is joined, and leave others alone', () => {
    const harness = new CoreHarness()
    const [banned, other] = [harness.join(1), harness.join(2)]
    harness.step({ kind: 'ban-set', subject: `member:${memberId(1)}`, forMs: 60_000 })
    assert.deepEqual([errorCodesOf(banned), banned.closed], [['banned'], 1008])
    assert.equal(other.closed, undefined)
    const again = harness.join(1)
    assert.deepEqual([errorCodesOf(again), again.closed], [['banned'], 1008])
    assert.equal(repliesOf(again, 'joined').length, 0)
    harness.pass(1000)
    assert.deepEqual(repliesOf(other, 'roster').at(-1)?.gone, [memberId(1)])
  })

  it('of a token keep everyone out who brings it, under whatever member id', () => {
    const harness = new CoreHarness()
    harness.step({ kind: 'ban-set', subject: 'token:k/t1', forMs: 60_000 })
    for (const number of [1, 2]) {
      const client = harness.connect(grant)
      harness.say(client, joinRequest(number))
      assert.deepEqual([errorCodesOf(client), client.closed], [['banned'], 1008])
    }
    const free = harness.connect({ holder: '', token: 'k/t2' })
    harness.say(free, joinRequest(3))
    joinedOf(free)
  })

  it('end when their time is over, and when they are lifted', () => {
    const harness = new CoreHarness()
    const subject = `member:${memberId(1)}` as const
    harness.step({ kind: 'ban-set', subject, forMs: 60_000 })
    harness.now += 60_000
    joinedOf(harness.join(1))
    harness.step({ kind: 'ban-set', subject, forMs: 60_000 })
    harness.step({ kind: 'ban-set', subject, forMs: 0 })
    joinedOf(harness.join(1))
  })

  it('are bounded: of too many, the one that ends first goes', () => {
    const bans = new Bans(2)
    bans.set(0, 'token:long', 3000)
    bans.set(0, 'token:short', 1000)
    bans.set(0, 'token:new', 2000)
    assert.deepEqual(
      ['token:long', 'token:short', 'token:new'].map((subject) => bans.has(1, subject as 'token:')),
      [true, false, true],
    )
    assert.equal(bans.size, 2)
  })
})
