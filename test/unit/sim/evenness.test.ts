import { ok } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { defaultOptions } from '../../sim/sim-options.js'
import { Simulation } from '../../sim/simulation.js'

const runMs = 90_000

/** The least part of its bytes that any of three viewers with equal lines takes from the others. */
function leastTaken(seed: number): number {
  const simulation = new Simulation({
    ...defaultOptions,
    seed,
    runMs,
    viewers: 3,
    arrivalMs: 3000,
    nat: false,
    uplinks: { kind: 'in-turn', mbit: [50] },
  })
  simulation.runTo(runMs)
  const taken = [...simulation.watchers].map(
    ({ totals }) => totals.peerBytes / (totals.peerBytes + totals.cdnBytes),
  )
  return Math.min(...taken)
}

describe('a small cell with fast lines', () => {
  // The phases at which players poll are drawn, and kept: they decide who learns first of each segment.
  it('leaves no viewer to fetch and give everything, whatever the phases', function () {
    this.timeout(60_000)
    for (let seed = 1; seed <= 30; seed += 1) {
      const least = leastTaken(seed)
      ok(least >= 0.1, `seed ${seed}: one viewer took only ${(least * 100).toFixed(0)} % from the others`)
    }
  })
})
