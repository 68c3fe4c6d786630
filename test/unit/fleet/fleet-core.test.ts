import assert from 'node:assert/strict'
import fc from 'fast-check'
import { beatPartsMax, fleetMessageLengthMax, type FleetMessage } from '../../../protocol/fleet-messages.js'
import { entriesPerBeatMax, processesMax } from '../../../tracker/src/core/fleet/fleet-bounds.js'
import { noTotals } from '../../../tracker/src/core/totals.js'
import { heartbeatMs, processId, streamKey, TestFleet, type TestProcess } from './fleet-harness.js'

const hour = 3_600_000

function ban(fleet: TestFleet, process: TestProcess, subject: string, ttlMs = hour): void {
  fleet.step(process, { kind: 'entry-written', topic: 'bans', key: subject, value: true, ttlMs })
}

const known = (process: TestProcess, now: number) =>
  process.core.stats(now).processes.map(({ process: id }) => Number.parseInt(id, 16))

describe('a fleet', () => {
  it('gets to know all its processes within a heartbeat', () => {
    const fleet = new TestFleet(5)
    fleet.pass(heartbeatMs)
    for (const process of fleet.processes) {
      const others = [1, 2, 3, 4, 5].filter((number) => number !== process.number)
      assert.deepEqual(
        known(process, fleet.now).toSorted((one, other) => one - other),
        others,
      )
    }
  })

  it('forgets one that stops at once, and one that dies after 3.5 heartbeats', () => {
    const fleet = new TestFleet(4)
    fleet.pass(heartbeatMs)
    fleet.step(fleet.at(2), { kind: 'stop-requested' })
    fleet.at(2).isAlive = false
    assert.deepEqual(known(fleet.at(1), fleet.now), [3, 4])
    fleet.at(3).isAlive = false
    fleet.pass(2.9 * heartbeatMs)
    assert.deepEqual(known(fleet.at(1), fleet.now), [3, 4])
    fleet.pass(2 * heartbeatMs)
    assert.deepEqual(known(fleet.at(1), fleet.now), [4])
    const changes = fleet.at(1).ordered('process-changed')
    assert.deepEqual(
      changes.slice(-2).map(({ process, change }) => [Number.parseInt(process, 16), change]),
      [
        [2, 'left'],
        [3, 'lost'],
      ],
    )
  })

  it('adds up what its processes have, and no longer counts those that are gone', () => {
    const fleet = new TestFleet(3)
    for (const process of fleet.processes) process.members.set(streamKey(process.number), 100)
    fleet.pass(heartbeatMs)
    const { totals } = fleet.at(1).core.stats(fleet.now)
    assert.deepEqual([totals.members, totals.bytes.cdn], [300, 300])
    fleet.at(2).isAlive = false
    fleet.pass(5 * heartbeatMs)
    assert.equal(fleet.at(1).core.stats(fleet.now).totals.members, 200)
  })

  it('tells a ban to all at once', () => {
    const fleet = new TestFleet(3)
    fleet.pass(heartbeatMs)
    ban(fleet, fleet.at(1), 'member:x')
    for (const process of fleet.processes) assert.ok(process.entries.has('bans member:x'))
  })

  it('tells the others of a token that was used, once, and not itself', () => {
    const fleet = new TestFleet(3)
    fleet.pass(heartbeatMs)
    fleet.setBroker(fleet.at(3), 'away')
    fleet.step(fleet.at(1), { kind: 'token-used', token: 'key/1', ttlMs: 5000 })
    fleet.setBroker(fleet.at(3), 'connected')
    fleet.pass(10 * heartbeatMs)
    const heard = fleet.processes.map((process) => process.ordered('token-used').length)
    assert.deepEqual(heard, [0, 1, 0], 'at most once: who was away does not hear of it')
    assert.deepEqual(fleet.at(2).ordered('token-used'), [{ kind: 'token-used', token: 'key/1', ttlMs: 5000 }])
  })

  it('tells one that comes later within a few beats', () => {
    const fleet = new TestFleet(4)
    fleet.pass(heartbeatMs)
    for (let index = 0; index < 300; index += 1) ban(fleet, fleet.at(1), `member:${index}`)
    const late = fleet.add(5)
    fleet.pass(3 * heartbeatMs)
    assert.equal(late.entries.size, 300)
  })

  it('tells a newcomer by one process at a time, not by all', () => {
    const fleet = new TestFleet(20)
    fleet.pass(heartbeatMs)
    ban(fleet, fleet.at(1), 'member:x')
    const before = fleet.processes.map(({ orders }) => orders.length)
    fleet.add(21)
    const told = fleet.processes.flatMap(({ orders }, index) =>
      orders
        .slice(before[index] ?? 0)
        .filter(({ kind, ...rest }) => kind === 'publish' && 'to' in rest && rest.to !== 'all'),
    )
    assert.ok(told.length <= 2, `${told.length} processes told it`)
  })

  it('agrees after a split, whatever each side said, and a lift wins over the ban before it', () => {
    const fleet = new TestFleet(6)
    fleet.pass(heartbeatMs)
    ban(fleet, fleet.at(1), 'member:lifted')
    for (const process of fleet.processes) process.island = process.number % 2
    ban(fleet, fleet.at(1), 'member:odd')
    ban(fleet, fleet.at(2), 'member:even')
    fleet.step(fleet.at(2), {
      kind: 'entry-written',
      topic: 'bans',
      key: 'member:lifted',
      value: null,
      ttlMs: hour,
    })
    fleet.pass(20 * heartbeatMs)
    assert.deepEqual(known(fleet.at(1), fleet.now), [3, 5])
    for (const process of fleet.processes) process.island = 0
    fleet.pass(12 * heartbeatMs)
    for (const process of fleet.processes) {
      assert.deepEqual([...process.entries.keys()].toSorted(), ['bans member:even', 'bans member:odd'])
    }
  })

  it('lets an entry end everywhere when its time is over, also where it came late', () => {
    const fleet = new TestFleet(2)
    fleet.pass(heartbeatMs)
    ban(fleet, fleet.at(1), 'member:x', 10 * heartbeatMs)
    fleet.pass(5 * heartbeatMs)
    const late = fleet.add(3)
    fleet.pass(2 * heartbeatMs)
    assert.ok(late.entries.has('bans member:x'))
    fleet.pass(5 * heartbeatMs)
    for (const process of fleet.processes) assert.equal(process.entries.size, 0)
  })

  it('goes on without the broker, says nothing meanwhile, and says it all when it is back', () => {
    const fleet = new TestFleet(3)
    fleet.pass(heartbeatMs)
    for (const process of fleet.processes) fleet.setBroker(process, 'away')
    ban(fleet, fleet.at(1), 'member:x')
    assert.ok(fleet.at(1).entries.has('bans member:x'))
    fleet.pass(100 * heartbeatMs)
    assert.deepEqual(known(fleet.at(1), fleet.now), [])
    assert.equal(fleet.at(1).core.stats(fleet.now).broker, 'away')
    for (const process of fleet.processes) fleet.setBroker(process, 'connected')
    fleet.pass(4 * heartbeatMs)
    assert.equal(known(fleet.at(1), fleet.now).length, 2)
    for (const process of fleet.processes) assert.ok(process.entries.has('bans member:x'))
  })

  it('asks for a new connection when it no longer hears itself', () => {
    const fleet = new TestFleet(2)
    fleet.pass(10 * heartbeatMs)
    assert.deepEqual(fleet.at(1).ordered('reconnect'), [])
    fleet.at(1).isAlive = false
    const deaf = fleet.at(1)
    for (let round = 0; round < 6; round += 1) {
      fleet.now += heartbeatMs
      deaf.orders.push(...deaf.core.step(fleet.now, { kind: 'time-passed' }))
    }
    assert.equal(deaf.ordered('reconnect').length, 1)
  })

  it('says where there is room, when that changes', () => {
    const fleet = new TestFleet(3)
    fleet.pass(2 * heartbeatMs)
    fleet.at(2).room = false
    fleet.pass(2 * heartbeatMs)
    const told = fleet.at(1).ordered('room-changed').at(-1)
    assert.deepEqual(told?.urls, ['wss://t3.example.com'])
    const count = fleet.at(1).ordered('room-changed').length
    fleet.pass(10 * heartbeatMs)
    assert.equal(fleet.at(1).ordered('room-changed').length, count)
  })
})

describe("a fleet's bounds", () => {
  it('keeps no more processes than it may', () => {
    const { core } = new TestFleet(1).at(1)
    for (let number = 2; number < processesMax + 50; number += 1) {
      const text = JSON.stringify(beat(number))
      core.step(1, { kind: 'message-received', text })
    }
    assert.equal(core.stats(1).processes.length, processesMax)
  })

  it('lists no more streams in a beat than it may, and the same ones in every process', () => {
    const fleet = new TestFleet(2)
    for (const process of fleet.processes) {
      for (let number = 0; number < beatPartsMax + 200; number += 1) process.members.set(streamKey(number), 1)
    }
    fleet.pass(heartbeatMs)
    const [one, two] = fleet.processes.map((process) => {
      const text = process.ordered('publish').at(-1)?.text ?? ''
      assert.ok(text.length < fleetMessageLengthMax / 4, `${text.length} characters`)
      return (JSON.parse(text) as { parts: [string, number, number][] }).parts.map(([key]) => key)
    })
    assert.equal(one?.length, beatPartsMax)
    assert.deepEqual(one, two)
  })

  it('sends a bounded number of entries for a beat, and the rest with later ones', () => {
    const fleet = new TestFleet(2)
    fleet.pass(heartbeatMs)
    for (let index = 0; index < 3 * entriesPerBeatMax; index += 1) ban(fleet, fleet.at(1), `member:${index}`)
    const late = fleet.add(3)
    fleet.pass(0)
    assert.ok(late.entries.size <= 2 * entriesPerBeatMax)
    fleet.pass(12 * heartbeatMs)
    assert.equal(late.entries.size, 3 * entriesPerBeatMax)
  })

  it('throws at nothing that anybody sends, and takes no beat twice', () => {
    const fleet = new TestFleet(1)
    const { core } = fleet.at(1)
    const receive = (text: string) => core.step(1, { kind: 'message-received', text })
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void receive(text)))
    fc.assert(
      fc.property(
        fc.constantFrom('beat', 'entries', 'bye'),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (kind, rest) => void receive(JSON.stringify({ ...beat(7), ...rest, kind })),
      ),
    )
    receive('x'.repeat(fleetMessageLengthMax + 1))
    assert.ok(core.stats(1).messages.rejected > 0)
    const before = core.stats(1).processes.length
    receive(JSON.stringify(beat(99)))
    receive(JSON.stringify({ ...beat(99), members: 5 }))
    const stats = core.stats(1)
    assert.equal(stats.processes.length, before + 1)
    assert.equal(stats.processes.at(-1)?.members, 1)
  })
})

function beat(number: number): Extract<FleetMessage, { kind: 'beat' }> {
  return {
    kind: 'beat',
    from: processId(number),
    sequence: 1,
    room: true,
    members: 1,
    streams: 1,
    totals: { ...noTotals },
    parts: [],
    marks: { bans: 0, policy: 0, digests: 0 },
  }
}
