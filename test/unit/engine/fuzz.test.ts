import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { FuzzWorld } from './fuzz-world.js'

const worlds = 60
const actions = 400

/** Runs worlds of random seeds to their end; fails if nothing much came about in them. */
function runWorlds(lies: ConstructorParameters<typeof FuzzWorld>[1], seed: number): void {
  const events = new Map<string, number>()
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (worldSeed) => {
      const world = new FuzzWorld(worldSeed, lies)
      for (let action = 0; action < actions; action += 1) world.act()
      world.heal()
      for (const [name, count] of Object.entries(world.events)) {
        events.set(name, (events.get(name) ?? 0) + count)
      }
    }),
    { seed, numRuns: worlds, endOnFailure: true },
  )
  for (const [name, count] of events) assert.ok(count >= worlds / 10, `${name}: only ${count}`)
}

describe('an engine among strangers', () => {
  it('never throws, spins or grows, and answers every want once, whatever they say and send', function () {
    this.timeout(60_000)
    runWorlds('any', 1)
  })

  it('delivers the exact bytes as long as strangers lie about anything but lengths and bytes', function () {
    this.timeout(60_000)
    runWorlds('no false bytes or lengths', 3)
  })
})
