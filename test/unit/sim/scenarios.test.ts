import { deepEqual, ok } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { run } from '../../sim/run.js'
import { allScenarios } from '../../sim/scenarios/all-scenarios.js'
import { judge, scenarioOptions } from '../../sim/scenarios/scenario.js'

describe('a simulated swarm', () => {
  ok(allScenarios.length >= 11)

  for (const scenario of allScenarios) {
    it(`comes through ${scenario.name}`, function () {
      this.timeout(60_000)
      const options = scenarioOptions(scenario, 'short')
      const result = run(options)
      deepEqual(judge(scenario, result, run({ ...options, p2p: false })), [], `seed ${options.seed}`)
    })
  }
})
