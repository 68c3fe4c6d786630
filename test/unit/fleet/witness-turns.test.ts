import assert from 'node:assert/strict'
import type { ProcessId } from '../../../protocol/fleet-messages.js'
import { WitnessTurns } from '../../../tracker/src/core/fleet/witness-turns.js'
import { processId } from './fleet-harness.js'

const news = 'aaaa 720p'
const all = [1, 2, 3].map(processId)

describe('whose turn it is to witness', () => {
  let turns: { readonly id: ProcessId; readonly turns: WitnessTurns }[]
  beforeEach(() => {
    turns = all.map((id) => ({ id, turns: new WitnessTurns(id, 3) }))
  })

  const heardByAll = (sequence: number, ...witnesses: readonly ProcessId[]) => {
    for (const [index, each] of turns.entries()) {
      // Each hears of it in another order.
      const order = [...witnesses.slice(index), ...witnesses.slice(0, index)]
      for (const witness of order) each.turns.witnessed(1000, news, sequence, witness)
    }
  }
  const waits = (now = 1500, reachable = all) =>
    new Map(turns.map(({ id, turns: own }) => [id, own.waitMs(now, news, reachable)]))
  const first = (of: ReadonlyMap<ProcessId, number>) =>
    [...of].filter(([, wait]) => wait === 0).map(([id]) => id)

  it('is everybody’s at the beginning, and then of one of those who witnessed the same segment', () => {
    assert.deepEqual(first(waits()), all)
    heardByAll(7, ...all)
    const chosen = first(waits())
    assert.equal(chosen.length, 1)
    heardByAll(7, ...all.toReversed())
    assert.deepEqual(first(waits()), chosen)
    for (const [id, wait] of waits())
      if (id !== chosen[0]) assert.ok(wait >= 1500 && wait < 2500, `${wait} ms`)
  })

  it('is of who witnessed the newest segment, whatever is heard late', () => {
    for (const [index, each] of turns.entries()) {
      const news2 = [
        [7, all[0]],
        [8, all[1]],
        [6, all[2]],
      ] as const
      for (let step = 0; step < 3; step += 1) {
        const [sequence, witness] = news2[(index + step) % 3] ?? []
        if (sequence !== undefined && witness) each.turns.witnessed(1000, news, sequence, witness)
      }
    }
    assert.deepEqual(first(waits()), [all[1]])
  })

  it('passes to one process at once when the witness is gone, and to all when nobody can be reached', () => {
    heardByAll(7, processId(2))
    const left = all.filter((id) => id !== processId(2))
    const after = waits(1500, left)
    assert.equal(first(new Map([...after].filter(([id]) => left.includes(id)))).length, 1)
    for (const id of left) assert.ok((after.get(id) ?? 0) < 1000)
    for (const { id, turns: own } of turns) assert.equal(own.waitMs(1500, news, [id]), 0)
  })

  it('begins anew after a pause, also where the stream counts from 0 again', () => {
    heardByAll(700, processId(2))
    assert.deepEqual(first(waits(21_001)), all)
    for (const { turns: own } of turns) own.witnessed(22_000, news, 0, processId(3))
    assert.deepEqual(first(waits(22_500)), [processId(3)])
  })

  it('remembers so many renditions', () => {
    const [one] = turns
    assert.ok(one)
    for (let number = 0; number < 4; number += 1) one.turns.witnessed(1000, `r${number}`, 1, processId(2))
    assert.equal(one.turns.waitMs(1000, 'r0', all), 0)
    assert.notEqual(one.turns.waitMs(1000, 'r1', all), 0)
  })
})
