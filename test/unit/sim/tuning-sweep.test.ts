import { deepEqual, match } from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { PointResult } from '../../sim/grid/grid-point.js'
import { sweepTable, unmoved } from '../../sim/tuning-sweep/sweep-table.js'

function result(trace: string, offload: number): PointResult {
  return {
    trace,
    offload,
    completeMedianMs: 2000,
    completeP99Ms: 4000,
    rescues: 7,
    duplicates: 0.01,
  } as PointResult
}

describe('the table of the tuning', () => {
  const asIs = result('a', 0.98)
  const rows = [
    { name: 'matters', value: 20, half: result('b', 0.97), twice: result('a', 0.98) },
    { name: 'idle', value: 256, half: result('a', 0.98), twice: result('a', 0.98) },
  ]

  it('shows what half and twice of a constant end at, below what ships', () => {
    const [, , first, second, ...more] = sweepTable(asIs, rows).split('\n')
    match(first ?? '', /all as they ship +\| +\| 98\.0 % +\| 2\.00 s/)
    match(second ?? '', /`matters` +\| 20 +\| 97\.0 % \/ 98\.0 %/)
    deepEqual(more, [])
  })

  it('names those that change nothing', () => {
    deepEqual(unmoved(asIs, rows), ['idle'])
  })
})
