import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { blockBytes } from '../../../protocol/block.js'
import { announcedSegmentsPerLinkMax } from '../../../protocol/limits.js'
import { VirtualSwarm } from '../../support/swarm/virtual-swarm.js'
import { EngineHarness } from './engine-harness.js'
import { bodyOf, memberId, segment } from './media.js'

describe('BUG: honest members are accused', () => {
  it('1. a reject makes us forget the handle, and the next honest `holds` of it is a violation', () => {
    const harness = new EngineHarness({ self: memberId(1) })
    harness.follow()
    const neighbour = harness.link(memberId(2))
    const handle = neighbour.offers(segment(10), 1)
    harness.want(segment(10), { deadline: harness.now + 60_000 })
    const [request] = neighbour.requests
    assert.ok(request)
    neighbour.rejects(request)
    neighbour.says({ kind: 'holds', handle, runs: [{ first: 1, count: 1 }] })
    assert.deepEqual(harness.violations(), [])
  })

  it('1b. in a swarm: uploads switched off in the middle cost all links', () => {
    const swarm = new VirtualSwarm({
      seed: 3,
      viewers: 6,
      uplinkBytesPerSecond: 400_000,
      cdn: { firstByteMs: 40, bytesPerSecond: 2_000_000, segmentBytes: 500_000 },
    })
    swarm.run(40_000)
    swarm.viewers[0]?.driver.tell({ kind: 'upload-capped', bytesPerSecond: 0 })
    swarm.run(60_000)
    assert.deepEqual(
      swarm.links.filter((link) => link.closedWith !== undefined).map((link) => link.closedWith),
      [],
    )
  })

  it('2. more than 256 small segments fit in the cache, and all stay announced', () => {
    const harness = new EngineHarness()
    harness.follow()
    const neighbour = harness.link(memberId(2))
    for (let sequence = 1; sequence <= 300; sequence += 1) {
      harness.want(segment(sequence), { live: false })
      harness.serveAll(bodyOf(segment(sequence), blockBytes))
      harness.pass(2000)
    }
    const open = neighbour.heard('doing').length - neighbour.heard('lost').length
    assert.ok(open <= announcedSegmentsPerLinkMax, `${open} segments are announced`)
  })
})
