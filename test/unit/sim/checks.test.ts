import { deepEqual, match } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { checkRun } from '../../sim/checks.js'
import { run, type RunResult } from '../../sim/run.js'
import { judge, type Scenario } from '../../sim/scenarios/scenario.js'
import { defaultOptions, type SimOptions } from '../../sim/sim-options.js'
import { Simulation } from '../../sim/simulation.js'

const options = { ...defaultOptions, viewers: 6, runMs: 20_000, arrivalMs: 2000 }

function problemsAfter(harm: (simulation: Simulation) => void, changes: Partial<SimOptions> = {}): string {
  const simulation = new Simulation({ ...options, ...changes })
  simulation.runTo(10_000)
  harm(simulation)
  simulation.runTo(options.runMs)
  return checkRun(simulation).join('\n')
}

describe('the checks of a run', function () {
  this.timeout(20_000)

  it('find nothing in a good one', () => {
    deepEqual(
      problemsAfter(() => {}),
      '',
    )
  })

  it('find nothing where people would have stayed for longer', () => {
    deepEqual(
      problemsAfter(() => {}, { stayMedianMs: 600_000 }),
      '',
    )
  })

  it('notice wrong bytes', () => {
    const problems = problemsAfter(({ world }) => {
      world.cdn.bodies.matches = () => false
    })
    match(problems, /segments held wrong bytes/)
  })

  it('notice bytes that nobody gave', () => {
    match(
      problemsAfter(({ world }) => (world.network.books.arrivedBytes -= 1e9)),
      /bytes were taken, and -\d+ arrived/,
    )
  })

  it('notice a queue without bound', () => {
    const problems = problemsAfter(({ everyone }) => {
      const [first] = everyone
      if (first !== undefined) Object.defineProperty(first, 'uplinkQueueBytesMax', { value: 1e9 })
    })
    match(problems, /1000000000 bytes waited for one uplink/)
  })

  it('notice a timer that is left', () => {
    match(
      problemsAfter(({ world }) => world.clock.wake(1e9, () => {})),
      /1 timers outlived everyone/,
    )
  })
})

describe('the verdict on a scenario', () => {
  const scenario: Scenario = { name: 'any', about: '', long: {}, short: {}, offloadMin: 0.5 }
  const result: RunResult = run({ ...options, p2p: false })

  it('notices stalls, skipped segments, too little offload and viewers that do not play', () => {
    const good = { ...result, offload: 0.9 }
    deepEqual(judge(scenario, good, result), [])
    const [last] = result.series.slice(-1)
    const bad = {
      ...result,
      viewersStalled: 1,
      stalledMs: 400,
      skipped: 2,
      series: last === undefined ? [] : [{ ...last, playing: 0 }],
    }
    deepEqual(judge(scenario, bad, result), [
      `offload is ${result.offload.toFixed(3)}, at least 0.5 was expected`,
      '1 viewers stalled, for 0.4 s in all; without Prismesh 0 viewers stalled, for 0.0 s in all',
      '2 segments skipped, where players without Prismesh skipped 0',
      '0 of 6 viewers play at the end',
    ])
  })
})
