import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { VirtualSwarm, type SwarmShape } from '../../support/swarm/virtual-swarm.js'
import { memberId } from './media.js'
import { assertConserved, assertPlayed, nearCdn, sum } from './swarm-checks.js'
import { sha256 } from '../../support/sha256.js'

function swarmOf(shape: Partial<SwarmShape>, delayMs: (sequence: number) => number | undefined = () => 300) {
  return new VirtualSwarm({ seed: 1, viewers: 8, cdn: nearCdn, witness: { sha256, delayMs }, ...shape })
}

describe('a swarm that checks digests', () => {
  for (const viewers of [1, 8, 14]) {
    it(`of ${viewers} takes each segment from the CDN about once, and every block is verified`, function () {
      this.timeout(60_000)
      const swarm = swarmOf({ viewers }).run(60_000)
      assertPlayed(swarm, 14)
      assertConserved(swarm)
      const copies = swarm.copies(34_000, 54_000)
      assert.ok(copies <= 1.3, `${copies} copies`)
      for (const { driver } of swarm.viewers) assert.equal(driver.totals.changedPeerBlocks, 0)
    })
  }

  it('spends at most 0.5 % of the media bytes on digests', function () {
    this.timeout(60_000)
    const swarm = swarmOf({ viewers: 14 }).run(50_000)
    const media = sum(swarm.viewers, ({ driver }) => driver.totals.cdnBytes + driver.totals.peerBytes)
    const spent = swarm.digestBytes + (swarm.witness?.bytes ?? 0)
    assert.ok(swarm.digestBytes > 0, 'lists travelled between members')
    assert.ok(spent <= 0.005 * media, `${((spent / media) * 100).toFixed(2)} % of ${media}`)
  })

  it('plays on without a stall where some digests, or all, never come', function () {
    this.timeout(60_000)
    for (const missing of [(sequence: number) => sequence % 3 === 0, () => true]) {
      const swarm = swarmOf({}, (sequence) => (missing(sequence) ? undefined : 300)).run(60_000)
      assertPlayed(swarm, 14)
      const peerBytes = sum(swarm.viewers, ({ driver }) => driver.totals.peerBytes)
      if (!missing(1)) assert.ok(peerBytes > 0)
    }
  })

  it('plays nothing that a member changed, and has done with that member after two blocks', function () {
    this.timeout(60_000)
    for (const polluters of [1, 3]) {
      const swarm = swarmOf({ viewers: 10, changesBlocks: (index) => index < polluters }).run(60_000)
      const bad = new Set(Array.from({ length: polluters }, (_, index) => memberId(index)))
      const honest = swarm.everyone.filter(({ member }) => !bad.has(member))
      assert.equal(honest.length, 10 - polluters)
      let changed = 0
      for (const viewer of swarm.everyone) {
        assert.deepEqual(viewer.faults, [])
        assert.equal(viewer.corrupt, 0, 'every delivered byte is the true one')
        assert.equal(viewer.stalls, 0)
        changed += viewer.driver.totals.changedPeerBlocks
      }
      assert.ok(changed > 0, 'somebody was sent changed blocks')
      for (const viewer of honest) {
        assert.ok(viewer.driver.totals.changedPeerBlocks <= 2 * polluters, 'two blocks of each at most')
        for (const member of viewer.accused) assert.ok(bad.has(member), 'nobody honest is accused')
      }
      assert.ok(swarm.copies(40_000, 54_000) <= 1 + polluters + 0.5, 'the others go on sharing')
    }
  })

  it('has its blocks changed where nobody checks: the test above can fail', function () {
    this.timeout(60_000)
    const swarm = new VirtualSwarm({
      seed: 1,
      viewers: 10,
      cdn: nearCdn,
      changesBlocks: (index) => index < 1,
    })
    swarm.run(60_000)
    assert.ok(sum(swarm.everyone, ({ corrupt }) => corrupt) > 0)
  })
})
