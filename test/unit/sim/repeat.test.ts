import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { run } from '../../sim/run.js'
import { defaultOptions, type SimOptions } from '../../sim/sim-options.js'

/** A bit of everything that is drawn. */
const options: SimOptions = {
  ...defaultOptions,
  viewers: 10,
  runMs: 25_000,
  arrivalMs: 4000,
  stayMedianMs: 15_000,
  willingShare: 0.7,
  hiddenShare: 0.2,
  renditions: 2,
  switchMs: 8000,
  silentShare: 0.1,
  trouble: [{ kind: 'cdn-truncates', fromMs: 10_000, forMs: 5000, share: 0.3 }],
}

describe('a run of the simulator', () => {
  it('is the same for the same seed, and another for another', function () {
    this.timeout(30_000)
    const once = run(options)
    ok(once.offload > 0.1, `offload ${once.offload}`)
    equal(run(options).trace, once.trace)
    notEqual(run({ ...options, seed: 2 }).trace, once.trace)
  })

  it('is the same for the same seed where each cell goes through time by itself', function () {
    this.timeout(30_000)
    const several: SimOptions = { ...options, viewers: 30, cellMembersMax: 8 }
    const once = run(several)
    ok(once.cells > 2, `${once.cells} cells`)
    deepEqual(once.problems, [])
    equal(run(several).trace, once.trace)
  })

  it('takes the same course with and without the codec, but for what messages take on the wire', function () {
    this.timeout(30_000)
    const [coded, plain] = [true, false].map((codec) => run({ ...options, uplinks: fast, codec }))
    ok(coded && plain)
    ok(Math.abs(coded.offload - plain.offload) < 0.1, `${coded.offload} and ${plain.offload}`)
  })
})

/** Lines on which a message more or less does not matter. */
const fast = { kind: 'drawn', classes: [{ share: 1, mbitMin: 16, mbitMax: 16 }] } as const
