import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { VirtualCdnShape } from '../../support/swarm/virtual-cdn.js'
import { VirtualSwarm } from '../../support/swarm/virtual-swarm.js'
import type { VirtualViewer } from '../../support/swarm/virtual-viewer.js'
import { assertConserved, assertHonest, assertPlayed, nearCdn, sum } from './swarm-checks.js'

function swarmOf(cdn: Partial<VirtualCdnShape>, viewers = 8): VirtualSwarm {
  return new VirtualSwarm({ seed: 1, viewers, cdn: { ...nearCdn, ...cdn } })
}

/** Requests that wait in this viewer's queues. */
function waitingAt(viewer: VirtualViewer): number {
  const neighbours = [...viewer.driver['engine']['context'].neighbours.values()]
  return neighbours.reduce((count, { serveQueue }) => count + serveQueue.length, 0)
}

describe('a swarm whose CDN is in trouble', () => {
  it('plays on after ten seconds of 503, at the cost of one stall at most', () => {
    const swarm = swarmOf({ broken: (now) => now > 50_000 && now < 60_000 }).run(90_000)
    assertHonest(swarm)
    assert.ok(sum(swarm.viewers, ({ failures }) => failures.length) > 0, 'the players were told')
    for (const { stalls, delivered } of swarm.viewers) {
      assert.ok(stalls <= 1)
      assert.ok((delivered.at(-1)?.at ?? 0) > 85_000, 'it plays to the end')
    }
  })

  it('bridges bursts of 503 that are shorter than the buffer', () => {
    const swarm = swarmOf({ broken: (now) => now % 10_000 < 2000 && now > 32_000 }).run(90_000)
    assertPlayed(swarm, 29)
    assertConserved(swarm)
  })

  it('plays every byte although one response in ten breaks off', () => {
    const swarm = swarmOf({ truncateShare: 0.1 }).run(90_000)
    assertPlayed(swarm, 29)
    assertConserved(swarm)
    assert.ok(swarm.copies(36_000, 84_000) <= 1.2, 'what had come is not fetched again')
  })

  it('plays every byte although Range is ignored', () => {
    const swarm = swarmOf({ ignoresRange: true, truncateShare: 0.1 }).run(90_000)
    assertPlayed(swarm, 29)
    assertConserved(swarm)
    const copies = swarm.copies(36_000, 84_000)
    assert.ok(copies <= 1.5, `${copies} copies`)
  })

  it('plays although the CDN is slow: 400 ms to the first byte, and twice the bit rate', () => {
    const swarm = swarmOf({ firstByteMs: 400, bytesPerSecond: 500_000 }).run(90_000)
    assertPlayed(swarm, 29)
    assertConserved(swarm)
    const copies = swarm.copies(36_000, 84_000)
    assert.ok(copies <= 1.5, `${copies} copies`)
  })
})

describe('a swarm that comes and goes', () => {
  for (const seed of [1, 2, 3]) {
    it(`plays without a stall while one leaves and one joins every three seconds (seed ${seed})`, () => {
      const swarm = new VirtualSwarm({ seed, viewers: 8, cdn: nearCdn }).run(32_000)
      for (let change = 0; change < 15; change += 1) {
        swarm.run(3000)
        const leaving = swarm.viewers[change % swarm.viewers.length]
        assert.ok(leaving)
        swarm.leave(leaving)
        swarm.join(100 + change)
      }
      swarm.run(5000)
      assert.equal(swarm.everyone.length, 23)
      assertPlayed(swarm, 2)
    })
  }

  it('keeps every link when one of them stops giving in the middle of it', () => {
    const swarm = new VirtualSwarm({ seed: 3, viewers: 6, uplinkBytesPerSecond: 400_000, cdn: nearCdn })
    swarm.run(40_000)
    const [idle, ...others] = swarm.viewers
    assert.ok(idle)
    idle.driver.tell({ kind: 'upload-capped', bytesPerSecond: 100_000 })
    for (let ms = 0; ms < 10_000 && waitingAt(idle) === 0; ms += 1) swarm.run(1)
    assert.ok(waitingAt(idle) > 0, 'somebody waits for its blocks')
    idle.driver.tell({ kind: 'upload-capped', bytesPerSecond: 0 })
    const given = idle.driver.totals.uploadedBytes
    const taken = sum(others, ({ driver }) => driver.totals.peerBytes)
    swarm.run(60_000)
    assertPlayed(swarm, 30)
    assert.deepEqual(new Set(swarm.links.map(({ closedWith }) => closedWith)), new Set([undefined]))
    assert.equal(swarm.links.length, 30)
    assert.equal(idle.driver.totals.uploadedBytes, given)
    assert.ok(sum(others, ({ driver }) => driver.totals.peerBytes) > taken, 'the others go on giving')
  })

  it('goes on when the one that fetches leaves in the middle of it', () => {
    const swarm = new VirtualSwarm({ seed: 5, viewers: 6, cdn: { ...nearCdn, bytesPerSecond: 500_000 } })
    swarm.run(40_000)
    while (swarm.cdn.active === 0) swarm.run(10)
    swarm.run(200)
    const fetching = swarm.viewers.filter(({ driver }) => driver['fetches'].size > 0)
    assert.ok(fetching.length > 0, 'somebody fetches')
    for (const viewer of fetching) swarm.leave(viewer)
    swarm.run(20_000)
    assertPlayed(swarm, 10)
  })
})
