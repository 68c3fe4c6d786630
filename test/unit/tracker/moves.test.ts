import assert from 'node:assert/strict'
import type { StreamId } from '../../../protocol/ids.js'
import { movesToldMax, moveSpreadMs } from '../../../tracker/src/core/bounds.js'
import { CoreHarness, errorCodesOf, joinedOf, repliesOf, testKeys } from './core-harness.js'

const url = 'wss://t2.example.com'
const news = testKeys.swarmIdOf('news' as StreamId)

describe('moves', () => {
  it('are told to everyone in the swarm, each at a time of its own, and to nobody else', () => {
    const harness = new CoreHarness()
    const clients = Array.from({ length: 20 }, (_, index) => harness.join(index + 1))
    const other = harness.join(99, { stream: 'another stream' as StreamId })
    const order = { kind: 'moves-ordered', homes: new Map([[news, url]]) } as const
    harness.step(order)
    const told = clients.flatMap((client) => repliesOf(client, 'move'))
    assert.equal(told.length, clients.length)
    const times = told.map(({ afterMs }) => afterMs)
    assert.ok(new Set(times).size > 10 && Math.max(...times) < moveSpreadMs, String(times))
    assert.ok(told.every((move) => move.url === url))
    assert.deepEqual(repliesOf(other, 'move'), [])
    assert.ok(clients.every(({ closed }) => closed === undefined))
    for (let round = 0; round < 10; round += 1) harness.step(order)
    assert.ok(clients.every((client) => repliesOf(client, 'move').length === movesToldMax))
  })

  it('take those on who find no room, where somebody has some', () => {
    for (const limit of [{ membersMax: 2 }, { connectionsMax: 2 }]) {
      const harness = new CoreHarness(limit)
      harness.step({ kind: 'room-elsewhere', urls: [url] })
      for (const number of [1, 2]) joinedOf(harness.join(number))
      const third = harness.connect()
      if (third.closed === undefined) harness.say(third, { ...request })
      assert.deepEqual(
        repliesOf(third, 'move').map((move) => move.url),
        [url],
      )
      assert.equal(third.closed, 1013)
      harness.step({ kind: 'room-elsewhere', urls: [] })
      const fourth = harness.connect()
      if (fourth.closed === undefined) harness.say(fourth, { ...request })
      assert.deepEqual(errorCodesOf(fourth), ['tracker-full'])
    }
  })

  it('come before the tracker is quite full: it says that it has no room while it still takes some', () => {
    const harness = new CoreHarness({ membersMax: 10 })
    for (let number = 1; number <= 8; number += 1) harness.join(number)
    assert.equal(harness.core.hasRoom, true)
    joinedOf(harness.join(9))
    assert.equal(harness.core.hasRoom, false)
    joinedOf(harness.join(10))
    harness.step({ kind: 'stop-requested' })
    assert.equal(harness.core.hasRoom, false)
  })
})

const request = {
  kind: 'join',
  version: 1,
  stream: 'news' as StreamId,
  member: 'f'.repeat(40) as never,
  role: 'viewer',
  uploads: true,
} as const
