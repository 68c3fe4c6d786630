import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { VirtualSwarm } from '../../support/swarm/virtual-swarm.js'
import { assertConserved, assertPlayed, nearCdn, sum } from './swarm-checks.js'

describe('a swarm in virtual time', () => {
  for (const viewers of [1, 4, 8, 16]) {
    it(`of ${viewers} takes each segment from the CDN about once`, function () {
      this.timeout(30_000)
      const swarm = new VirtualSwarm({ seed: 1, viewers, cdn: nearCdn }).run(90_000)
      assertPlayed(swarm, 29)
      assertConserved(swarm)
      const copies = swarm.copies(36_000, 84_000)
      assert.ok(copies <= 1.2, `${copies} copies`)
      assert.ok(copies >= 1, `${copies} copies: fewer than one cannot be`)
      const offered = sum(swarm.viewers, ({ driver }) => driver.totals.peerBytes)
      if (viewers > 1) assert.ok(offered > 20 * 500_000 * (viewers - 1), 'the others took it from each other')
    })
  }

  it('counts duplicates under 3 % of what it delivers', () => {
    const swarm = new VirtualSwarm({ seed: 2, viewers: 8, cdn: nearCdn }).run(90_000)
    const wasted = sum(swarm.viewers, ({ driver }) => driver.totals.wastedBytes)
    const delivered = sum(swarm.viewers, (viewer) => viewer.delivered.length * 500_000)
    assert.ok(delivered > 0 && wasted < 0.03 * delivered, `${wasted} of ${delivered} bytes`)
  })

  it('that all join within a second soon takes each segment about once', function () {
    this.timeout(30_000)
    const swarm = new VirtualSwarm({ seed: 1, viewers: 8, arrivalMs: 1000, cdn: nearCdn }).run(70_000)
    assertPlayed(swarm, 20)
    assertConserved(swarm)
    const copies = swarm.copies(30_000, 64_000)
    assert.ok(copies <= 1.2, `${copies} copies`)
  })

  it('of which half have an uplink of 1 Mbit/s plays without a stall', function () {
    this.timeout(30_000)
    const uplinkBytesPerSecond = (index: number) => (index % 2 === 0 ? 125_000 : 2_500_000)
    const swarm = new VirtualSwarm({ seed: 1, viewers: 8, uplinkBytesPerSecond, cdn: nearCdn }).run(90_000)
    assertPlayed(swarm, 25)
    const copies = swarm.copies(36_000, 84_000)
    assert.ok(copies < 8, `${copies} copies`)
  })

  it('leaves nothing behind when everybody has gone', () => {
    const swarm = new VirtualSwarm({ seed: 3, viewers: 6, cdn: nearCdn }).run(45_300)
    assert.equal(swarm.viewers.length, 6)
    for (const viewer of [...swarm.viewers]) swarm.leave(viewer)
    assert.equal(swarm.cdn.active, 0)
    swarm.run(5000)
    assert.equal(swarm.clock.pending, 0)
    for (const viewer of swarm.everyone) assert.equal(viewer.driver.links, 0)
    const bytes = sum(swarm.everyone, ({ driver }) => driver.totals.cdnBytes)
    swarm.run(60_000)
    assert.equal(
      sum(swarm.everyone, ({ driver }) => driver.totals.cdnBytes),
      bytes,
    )
  })
})
