import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { tuning } from '../../../client-sdk/src/engine/tuning.js'
import { blockBytes, blockCount } from '../../../protocol/block.js'
import { requestsPerLinkMax } from '../../../protocol/limits.js'
import { EngineHarness } from './engine-harness.js'
import { blockOf, bodyOf, fetchOrder, memberId, segment } from './media.js'

const wanted = segment(10)
const body = bodyOf(wanted, 40 * blockBytes + 7)
const [first = memberId(1), second = memberId(2), third = memberId(3), self = memberId(4)] = fetchOrder(
  wanted,
  4,
)

function viewer(): EngineHarness {
  const harness = new EngineHarness({ self })
  harness.follow()
  return harness
}

describe('blocks of neighbours', () => {
  it('make up the whole segment, without a byte from the CDN', () => {
    const harness = viewer()
    const givers = [harness.link(first), harness.link(second)]
    for (const giver of givers) giver.has(wanted, body.length)
    const want = harness.want(wanted)
    for (let round = 0; round < 100 && harness.answers(want).length === 0; round += 1) {
      for (const giver of givers) giver.givesAll(body)
      harness.pass(10)
    }
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
    assert.equal(harness.of('fetch').length, 0)
    const { delivery } = harness.of('deliver')[0] ?? {}
    assert.equal(delivery?.peerBytes, body.length)
    assert.equal(
      delivery?.sources.reduce((sum, { bytes }) => sum + bytes, 0),
      body.length,
    )
    assert.equal(delivery?.sources.length, 2, 'both gave')
    assert.deepEqual(harness.engine.totals.segments, { cdn: 0, peers: 1, mixed: 0 })
  })

  it('are asked of one neighbour at a time, each once', () => {
    const harness = viewer()
    const givers = [harness.link(first), harness.link(second), harness.link(third)]
    for (const giver of givers) giver.has(wanted, body.length)
    harness.want(wanted)
    for (const giver of givers) giver.givesUntilDone(body)
    const asked = harness.of('request-block').map(({ offset }) => offset)
    assert.equal(asked.length, blockCount(body.length))
    assert.equal(new Set(asked).size, asked.length)
    assert.equal(harness.engine.totals.wastedBytes, 0)
  })

  it('are asked for a moment later where news comes without a pause', () => {
    const harness = viewer()
    const giver = harness.link(first)
    harness.want(wanted)
    for (let news = 0; news < tuning.thoughtBurst; news += 1) giver.offers(segment(1000 + news))
    giver.has(wanted, blockBytes)
    assert.equal(giver.requests.length, 0)
    harness.pass(tuning.thoughtIntervalMs)
    assert.equal(giver.requests.length, 1)
  })

  it('are never asked for in greater number than a neighbour puts up with', () => {
    const harness = viewer()
    const large = bodyOf(wanted, 300 * blockBytes)
    const giver = harness.link(first)
    giver.has(wanted, large.length)
    harness.want(wanted, { deadline: harness.now + 60_000 })
    let most = 0
    for (let round = 0; round < 400 && giver.requests.length > 0; round += 1) {
      most = Math.max(most, giver.requests.length)
      const [request] = giver.requests
      if (request) giver.gives(request.handle, request.offset, blockOf(large, request.offset / blockBytes))
    }
    assert.ok(most > tuning.pipelineBlocksMin, 'a fast neighbour is asked for more at once')
    assert.ok(most <= tuning.pipelineBlocksMax && most < requestsPerLinkMax)
  })

  it('that are late are asked of somebody else, and taken back', () => {
    const harness = viewer()
    const silent = harness.link(first)
    silent.has(wanted, body.length)
    const want = harness.want(wanted, { deadline: harness.now + 20_000 })
    const asked = [...silent.requests]
    assert.equal(asked.length, tuning.pipelineBlocksMin)
    const willing = harness.link(second)
    willing.has(wanted, body.length)
    willing.givesUntilDone(body)
    harness.pass(tuning.requestTimeoutMs - 1)
    assert.deepEqual(willing.requests, [], 'what is asked of one is not asked of another')
    harness.pass(1)
    assert.deepEqual(
      silent.ordersOf('cancel-block').map(({ offset }) => offset),
      asked.map(({ offset }) => offset),
    )
    willing.givesUntilDone(body)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
  })

  it('that wait at a slow neighbour move to a quicker one, once the slow one has let them go', () => {
    const harness = viewer()
    const slow = harness.link(first)
    slow.has(wanted, body.length)
    const want = harness.want(wanted, { deadline: harness.now + 20_000 })
    const asked = [...slow.requests]
    const quick = harness.link(second)
    quick.has(wanted, body.length)
    quick.givesUntilDone(body)
    harness.pass(tuning.requestMoveAfterMs)
    assert.deepEqual(
      slow.ordersOf('cancel-block').map(({ offset }) => offset),
      asked.map(({ offset }) => offset),
    )
    const [refused, onItsWay] = asked
    assert.ok(refused && onItsWay)
    slow.rejects(refused)
    slow.gives(onItsWay.handle, onItsWay.offset, blockOf(body, onItsWay.offset / blockBytes))
    assert.deepEqual(
      quick.requests.map(({ offset }) => offset),
      [refused.offset],
    )
    quick.givesUntilDone(body)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
    assert.equal(harness.engine.totals.wastedPeerBytes, 0)
    slow.has(segment(11), body.length)
    harness.want(segment(11), { deadline: harness.now + 20_000 })
    assert.ok(slow.requests.length > 0, 'to let a request go is no refusal')
  })

  it('that come after they were given up are wasted, not an offence', () => {
    const harness = viewer()
    const slow = harness.link(first)
    slow.has(wanted, body.length)
    const want = harness.want(wanted, { deadline: harness.now + 20_000 })
    const [late] = slow.requests
    assert.ok(late)
    const quick = harness.link(second)
    quick.has(wanted, body.length)
    quick.givesUntilDone(body)
    harness.pass(tuning.requestTimeoutMs)
    quick.givesUntilDone(body)
    assert.equal(harness.answers(want).length, 1)
    slow.gives(late.handle, late.offset, blockOf(body, late.offset / blockBytes))
    assert.deepEqual(harness.violations(), [])
    assert.equal(harness.engine.totals.wastedPeerBytes, late.length)
  })

  it('asked twice of the same slow neighbour may come twice', () => {
    const harness = viewer()
    const slow = harness.link(first)
    slow.has(wanted, blockBytes)
    const want = harness.want(wanted, { deadline: harness.now + 20_000 })
    harness.pass(tuning.requestTimeoutMs)
    assert.equal(slow.ordersOf('cancel-block').length, 1, 'asked back')
    assert.equal(slow.ordersOf('request-block').length, 1, 'it may be on its way')
    harness.pass(tuning.requestRefusalMs)
    const asked = slow.ordersOf('request-block')
    assert.equal(asked.length, 2, 'there is nobody else to ask')
    for (const { handle, offset } of asked) slow.gives(handle, offset, blockOf(body, 0))
    assert.equal(harness.delivered(want).length, blockBytes)
    assert.deepEqual(harness.violations(), [])
    assert.equal(harness.engine.totals.wastedPeerBytes, blockBytes)
  })

  it('are taken back when the CDN brought the block first', () => {
    const harness = viewer()
    const neighbour = harness.link(first)
    neighbour.offers(wanted, 10)
    harness.want(wanted, { deadline: harness.now + 20_000 })
    const [request] = neighbour.requests
    assert.ok(request)
    // Somebody else offers it whole; it is rescued all the same, because a second want is urgent.
    const want = harness.want(wanted, { deadline: harness.now })
    harness.serveAll(body)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
    assert.ok(neighbour.ordersOf('cancel-block').some(({ offset }) => offset === request.offset))
    assert.equal(neighbour.requests.length, 0)
  })

  it('refused are asked of somebody else at once', () => {
    const harness = viewer()
    const refusing = harness.link(first)
    refusing.has(wanted, body.length)
    const want = harness.want(wanted)
    const willing = harness.link(second)
    willing.has(wanted, body.length)
    for (const request of [...refusing.requests]) refusing.rejects(request)
    willing.givesUntilDone(body)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
    assert.deepEqual(harness.violations(), [])
    assert.equal(refusing.ordersOf('request-block').length, tuning.pipelineBlocksMin, 'it is left in peace')
  })

  it('refused are asked of the same neighbour again once it tells of the segment again', () => {
    const harness = viewer()
    const neighbour = harness.link(first)
    const handle = neighbour.offers(wanted, 1)
    harness.want(wanted, { deadline: harness.now + 60_000 })
    neighbour.claims(wanted)
    for (const tellAgain of [
      () => neighbour.says({ kind: 'holds', handle, runs: [{ first: 1, count: 1 }] }),
      () => neighbour.says({ kind: 'have', handle, bytes: 2 * blockBytes }),
    ]) {
      for (const request of [...neighbour.requests]) neighbour.rejects(request)
      harness.pass(1)
      assert.deepEqual(neighbour.requests, [])
      tellAgain()
      assert.deepEqual(new Set(neighbour.requests.map(({ offset }) => offset)), new Set([0, blockBytes]))
    }
    assert.deepEqual(harness.violations(), [], 'the handle stays known')
  })

  it('withdrawn are not asked for, until the neighbour names the segment anew by the same handle', () => {
    const harness = viewer()
    const neighbour = harness.link(first)
    const handle = neighbour.has(wanted, blockBytes)
    neighbour.says({ kind: 'lost', handle })
    const want = harness.want(wanted, { deadline: harness.now + 60_000 })
    assert.deepEqual(neighbour.requests, [])
    neighbour.says({ kind: 'doing', handle, segment: wanted })
    assert.deepEqual(neighbour.requests, [], 'what it held before is forgotten')
    neighbour.says({ kind: 'have', handle, bytes: blockBytes })
    neighbour.givesUntilDone(body.subarray(0, blockBytes))
    assert.equal(harness.delivered(want).length, blockBytes)
    assert.deepEqual(harness.violations(), [])
  })

  it('under way from a neighbour that leaves are asked of somebody else at once', () => {
    const harness = viewer()
    const leaving = harness.link(first)
    leaving.has(wanted, body.length)
    const want = harness.want(wanted)
    assert.ok(leaving.requests.length > 0)
    const staying = harness.link(second)
    staying.has(wanted, body.length)
    leaving.leaves()
    staying.givesUntilDone(body)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
    assert.equal(harness.of('fetch').length, 0)
  })

  it('of a neighbour that leaves with nobody else there come from the CDN', () => {
    const harness = viewer()
    const leaving = harness.link(first)
    leaving.has(wanted, body.length)
    const want = harness.want(wanted)
    leaving.givesAll(body)
    leaving.leaves()
    harness.serveAll(body)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
    assert.equal(harness.engine.totals.segments.mixed, 1)
  })

  it('are gathered before the player asks, for the segments that come next', () => {
    const harness = viewer()
    const neighbour = harness.link(first)
    const current = segment(9)
    harness.list([current])
    harness.want(current, { deadline: harness.now })
    harness.serveAll(bodyOf(current, blockBytes))
    neighbour.has(wanted, body.length)
    neighbour.givesUntilDone(body)
    const want = harness.want(wanted)
    assert.deepEqual(harness.delivered(want), Buffer.from(body), 'at once')
  })
})
