import { deepEqual } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { compare } from '../../bench/sim-check/agreement.js'
import { run } from '../../sim/run.js'
import { defaultOptions } from '../../sim/sim-options.js'
import { figures } from './swarm-fixtures.js'

describe('what the simulator and browsers agree on', () => {
  const simulated = {
    ...run({ ...defaultOptions, viewers: 1, runMs: 2000, arrivalMs: 0 }),
    copiesPerCell: 1.2,
    completeMedianMs: 1150,
    completeP99Ms: 1000,
    rescues: 2,
  }

  it('is what differs by at most 15 %, and rescues too few to tell', () => {
    const browsers = { copies: 1, completeMedianMs: 1000, completeHighMs: 1100, rescues: 9 }
    const agrees = (change: Partial<typeof browsers>) =>
      compare(figures({ ...browsers, ...change }), simulated, 0).map((figure) => figure.agrees)
    deepEqual(agrees({}), [false, true, true, true])
    deepEqual(agrees({ copies: 1.1, completeMedianMs: 900, completeHighMs: 1300, rescues: 10 }), [
      true,
      false,
      false,
      false,
    ])
  })
})
