import assert from 'node:assert/strict'
import { isLong, tell } from './attack-report.js'
import { figuresOf, runUnderAttack } from './swarm-under-attack.js'

/** Of the offload that the uplinks of the others allow. The bar of the engine is 0.95 for a cell that has warmed up. */
const efficiencyMin = isLong ? 0.93 : 0.85

describe('attack: half of the members take and never give', function () {
  this.timeout(isLong ? 900_000 : 90_000)

  for (const mbit of isLong ? [1, 2, 3, 5] : [3]) {
    it(`at ${mbit} Mbit/s: nobody stalls, and the others’ uplinks are used as before`, () => {
      const result = runUnderAttack({ willingShare: 0.5, bitsPerSecond: mbit * 1_000_000 })
      assert.ok(result.efficiency >= efficiencyMin, `efficiency ${result.efficiency}`)
      tell(`half of the members upload nothing, at ${mbit} Mbit/s (simulated)`, figuresOf(result))
    })
  }
})
