import assert from 'node:assert/strict'
import { runPlacement } from '../../sim/placement/run-placement.js'

describe('an audience of 1,200 by the core of the tracker', function () {
  this.timeout(60_000)
  const run = () => runPlacement({ viewers: 1200, seed: 7 }, () => 0)

  it('is near to each other, connected, and in few cells', () => {
    const { moments, joins } = run()
    assert.equal(moments.length, 4)
    assert.equal(joins, 1800)
    for (const { name, figures } of moments) {
      const seen = `${name}: ${JSON.stringify(figures)}`
      assert.ok(figures.members >= 600, seen)
      assert.ok(figures.sameProvider > 3 * figures.randomProvider, seen)
      assert.ok(figures.sameCountry > 2.5 * figures.randomCountry, seen)
      assert.ok(figures.cells <= figures.cellsLeast * 1.125 + 2, seen)
      assert.ok(figures.cutOff <= 0.02 && figures.diameterMax <= 8, seen)
      assert.ok(figures.takersWithout <= 0.005 && figures.takersShort <= 0.05, seen)
      assert.ok(figures.linksPerMember >= 8 && figures.linksPerMember <= 16, seen)
    }
  })
})
