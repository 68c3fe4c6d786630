import assert from 'node:assert/strict'
import { run, type RunResult } from '../sim/run.js'
import { drawPerson } from '../sim/person.js'
import { defaultOptions, type SimOptions } from '../sim/sim-options.js'
import { isLong } from './attack-report.js'

/** A cell of willing viewers who verify what they are given, in virtual time. */
const cell: Partial<SimOptions> = isLong
  ? { viewers: 192, runMs: 180_000, integrity: 'required' }
  : { viewers: 30, runMs: 32_000, arrivalMs: 4000, integrity: 'required' }

/**
 * Runs a swarm of which a part is hostile, and the same viewers without Prismesh. Nobody may be worse off: no stall that
 * plain players do not have, and not one wrong byte (`problems` would name it).
 */
export function runUnderAttack(change: Partial<SimOptions>): RunResult {
  const options = { ...defaultOptions, ...cell, ...change }
  const result = run(options)
  const plain = run({ ...options, p2p: false })
  assert.deepEqual(result.problems, [])
  assert.ok(
    result.stalls <= plain.stalls && result.stalledMs <= plain.stalledMs,
    `${result.stalls} stalls, ${plain.stalls} without Prismesh`,
  )
  assert.ok(result.skipped <= plain.skipped, `${result.skipped} segments skipped`)
  return result
}

/** How many members of a run do what they should not. */
export function hostileIn(options: SimOptions): number {
  const people = Array.from({ length: options.viewers }, (_, index) => drawPerson(options, index))
  return people.filter(({ fault }) => fault !== 'none').length
}

/** The figures of a run, in words. */
export function figuresOf({
  options,
  offload,
  efficiency,
  stalls,
  copiesPerCell,
  rescues,
}: RunResult): string {
  return (
    `${options.viewers} viewers: ${stalls} stalls, offload ${(100 * offload).toFixed(1)} %, ` +
    `${(100 * efficiency).toFixed(1)} % of what is possible, ${copiesPerCell.toFixed(2)} copies, ${rescues} rescues`
  )
}
