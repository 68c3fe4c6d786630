import assert from 'node:assert/strict'
import fc from 'fast-check'
import { movesPerBeatMax, steadyBeats } from '../../../tracker/src/core/fleet/fleet-bounds.js'
import { heartbeatMs, streamKey, TestFleet } from './fleet-harness.js'

const key = streamKey(1)

function counts(fleet: TestFleet): number[] {
  return fleet.processes.map(({ members }) => members.get(key) ?? 0).filter((count) => count > 0)
}

function moves(fleet: TestFleet): number {
  return fleet.processes.reduce((sum, process) => sum + process.ordered('move').length, 0)
}

describe('thin streams', () => {
  it('come together at one process, and stay there', () => {
    const fleet = new TestFleet(4)
    for (const process of fleet.processes) process.members.set(key, 5)
    fleet.pass(steadyBeats * 2 * heartbeatMs, true)
    assert.deepEqual(counts(fleet), [20])
    const before = moves(fleet)
    fleet.pass(100 * heartbeatMs, true)
    assert.equal(moves(fleet), before)
  })

  it('go where the stream has many, if one has', () => {
    for (const big of [1, 2, 3, 4]) {
      const fleet = new TestFleet(4)
      for (const process of fleet.processes) process.members.set(key, process.number === big ? 500 : 5)
      fleet.pass(steadyBeats * 2 * heartbeatMs, true)
      assert.equal(fleet.at(big).members.get(key), 515)
    }
  })

  it('stay where they are when they are big, however many processes have them', () => {
    const fleet = new TestFleet(4)
    for (const process of fleet.processes) process.members.set(key, 500)
    fleet.pass(50 * heartbeatMs, true)
    assert.equal(moves(fleet), 0)
  })

  it('are not moved for a passing sight: a process must be there for some beats', () => {
    const fleet = new TestFleet(2)
    for (const process of fleet.processes) process.members.set(key, 5)
    fleet.pass((steadyBeats - 1) * heartbeatMs)
    assert.equal(moves(fleet), 0)
    fleet.pass(2 * heartbeatMs)
    assert.equal(moves(fleet), 1)
  })

  it('are never sent to a process that is full, that has no URL, or that is gone', () => {
    const fleet = new TestFleet(2)
    for (const process of fleet.processes) process.room = false
    for (const process of fleet.processes) process.members.set(key, 5)
    fleet.pass(20 * heartbeatMs)
    assert.equal(moves(fleet), 0)

    const hidden = new TestFleet(2, { publicUrl: undefined })
    for (const process of hidden.processes) process.members.set(key, 5)
    hidden.pass(20 * heartbeatMs)
    assert.equal(moves(hidden), 0)
  })

  it('are moved in a bounded number per beat', () => {
    const fleet = new TestFleet(2)
    for (const process of fleet.processes) {
      for (let number = 0; number < 400; number += 1) process.members.set(streamKey(number), 10)
    }
    fleet.pass(10 * heartbeatMs)
    const orders = fleet.processes.flatMap((process) => process.ordered('move'))
    assert.ok(orders.length > 2)
    for (const { homes } of orders) assert.ok(homes.size * 10 <= movesPerBeatMax)
  })

  it('end at one process from any start, and nobody is moved more than a few times', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 31 }), { minLength: 2, maxLength: 8 }), (start) => {
        const fleet = new TestFleet(start.length)
        start.forEach((members, index) => {
          if (members > 0) fleet.at(index + 1).members.set(key, members)
        })
        fleet.pass(60 * heartbeatMs, true)
        const total = start.reduce((sum, members) => sum + members, 0)
        assert.ok(
          counts(fleet).length <= 1 || counts(fleet).every((count) => count > 16),
          String(counts(fleet)),
        )
        assert.equal(
          counts(fleet).reduce((sum, count) => sum + count, 0),
          total,
        )
        assert.ok(moves(fleet) <= start.length)
      }),
      { numRuns: 50 },
    )
  })
})
