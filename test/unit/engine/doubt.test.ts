import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { blockBytes } from '../../../protocol/block.js'
import { EngineHarness } from './engine-harness.js'
import { blockOf, bodyOf, fetchOrder, memberId, segment } from './media.js'

const wanted = segment(10)
const body = bodyOf(wanted, 10 * blockBytes + 100)
const [first = memberId(1), second = memberId(2), self = memberId(3)] = fetchOrder(wanted, 3)
function viewer(): EngineHarness {
  const harness = new EngineHarness({ self })
  harness.follow()
  return harness
}

describe('a segment on which neighbours contradict each other', () => {
  it('that is started over has had its first byte all the same', () => {
    const harness = viewer()
    const giver = harness.link(first)
    giver.has(wanted, body.length)
    const want = harness.want(wanted, { deadline: harness.now + 60_000, firstByteTimeoutMs: 3000 })
    const [asked] = giver.requests
    assert.ok(asked)
    const index = asked.offset / blockBytes
    giver.givesUntilDone(body, [index])
    for (let ms = 0; ms < 3500; ms += 100) {
      harness.pass(100)
      giver.givesUntilDone(body, [index + 1, index + 2])
    }
    assert.deepEqual(harness.answers(want), [], 'not yet')
    harness.link(second).has(wanted, 5)
    assert.deepEqual(harness.answers(want), [])
  })

  it('is not played short when the true length was told while nobody worked on it', () => {
    const harness = viewer()
    const liar = harness.link(first)
    liar.has(wanted, 3 * blockBytes)
    const given = harness.want(wanted, { deadline: harness.now + 60_000 })
    liar.givesUntilDone(body, [0])
    liar.givesUntilDone(body, [1])
    harness.tell({ kind: 'segment-abandoned', want: given })
    const honest = harness.link(second)
    honest.has(wanted, body.length)
    const want = harness.want(wanted, { deadline: harness.now + 60_000 })
    for (let round = 0; round < 300 && harness.answers(want).length === 0; round += 1) {
      liar.givesUntilDone(body, [0, 1, 2])
      honest.givesUntilDone(body)
      harness.pass(100)
      harness.serveAll(body)
    }
    assert.equal(harness.delivered(want).length, body.length)
  })

  it('gathered ahead on a lie, and contradicted before the player asks, comes from the CDN', () => {
    const harness = viewer()
    harness.list([segment(9)])
    harness.want(segment(9), { deadline: harness.now })
    harness.serveAll(bodyOf(segment(9), blockBytes))
    const liar = harness.link(first)
    liar.has(wanted, 3 * blockBytes)
    liar.givesUntilDone(body)
    harness.link(second).has(wanted, body.length)
    const want = harness.want(wanted, { deadline: harness.now + 60_000 })
    for (let round = 0; round < 300 && harness.answers(want).length === 0; round += 1) {
      harness.pass(100)
      harness.serveAll(body)
    }
    assert.equal(harness.delivered(want).length, body.length)
  })

  it('does not get an honest neighbour accused when a liar led to a 416', () => {
    const harness = viewer()
    const truth = bodyOf(wanted, 8 * blockBytes)
    const liar = harness.link(first)
    liar.offers(wanted, 10)
    harness.want(wanted, { deadline: harness.now + 20_000 })
    liar.givesUntilDone(bodyOf(segment(99), 10 * blockBytes))
    harness.pass(1500)
    harness.serveAll(truth)
    const honest = harness.link(second)
    honest.has(wanted, truth.length)
    assert.deepEqual(honest.ordersOf('close-link'), [])
  })

  it('comes whole although one invented block lies far beyond its end', () => {
    const harness = viewer()
    const liar = harness.link(first)
    liar.offers(wanted, 1, 100)
    const want = harness.want(wanted, { deadline: harness.now + 20_000 })
    const [request] = liar.requests
    assert.ok(request)
    liar.gives(request.handle, request.offset, new Uint8Array(blockBytes))
    harness.want(wanted, { deadline: harness.now })
    for (let ms = 0, index = 0; ms < 6000 && harness.answers(want).length === 0; ms += 100) {
      for (const fetch of [...harness.fetches.values()]) {
        if (fetch.from >= body.length) harness.fail(fetch.fetch, { kind: 'beyond-end' })
        else if (ms === 0) harness.start(fetch.fetch, fetch.from)
        else if (ms % 500 === 0 && index < 10) harness.progress(fetch.fetch, blockOf(body, index++))
      }
      harness.pass(100)
    }
    assert.deepEqual(harness.answers(want), [], 'its fetch brings a block each half second')
  })
})
