import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { blockBytes } from '../../../protocol/block.js'
import { EngineHarness } from './engine-harness.js'
import { blockOf, bodyOf, fetchOrder, memberId, segment } from './media.js'

const wanted = segment(10)
const body = bodyOf(wanted, 10 * blockBytes + 100)
const [self = memberId(1), other = memberId(2)] = fetchOrder(wanted, 2)

function viewer(): EngineHarness {
  const harness = new EngineHarness({ self })
  harness.follow()
  return harness
}

describe('a want', () => {
  it('given up ends the fetch that was for this player alone, and everything with it', () => {
    const harness = viewer()
    const want = harness.want(wanted)
    assert.equal(harness.fetches.size, 1)
    harness.tell({ kind: 'segment-abandoned', want })
    assert.equal(harness.fetches.size, 0)
    assert.equal(harness.engine.wakeAt(), undefined)
    assert.deepEqual(harness.answers(want), [])
  })

  it('given up leaves a claimed fetch to those who count on it', () => {
    const harness = viewer()
    const neighbour = harness.link(other)
    const want = harness.want(wanted)
    harness.tell({ kind: 'segment-abandoned', want })
    harness.passCrossing()
    harness.serveAll(body)
    harness.pass(500)
    assert.deepEqual(
      neighbour.heard('have').map(({ bytes }) => bytes),
      [body.length],
    )
    assert.deepEqual(harness.answers(want), [])
  })

  it('given up takes back what was asked of neighbours', () => {
    const harness = viewer()
    const neighbour = harness.link(other)
    neighbour.has(wanted, body.length)
    const want = harness.want(wanted)
    assert.ok(neighbour.requests.length > 0)
    harness.tell({ kind: 'segment-abandoned', want })
    assert.equal(neighbour.requests.length, 0)
  })

  it('that nobody knows may be given up', () => {
    const harness = viewer()
    const want = harness.want(wanted)
    harness.serveAll(body)
    assert.deepEqual(harness.tell({ kind: 'segment-abandoned', want }), [])
    assert.deepEqual(harness.tell({ kind: 'segment-abandoned', want: 99 as typeof want }), [])
  })

  it('for the same segment twice is answered twice, from one fetch', () => {
    const harness = viewer()
    const one = harness.want(wanted)
    const two = harness.want(wanted)
    harness.serve(harness.fetch, body)
    assert.deepEqual(harness.delivered(one), Buffer.from(body))
    assert.deepEqual(harness.delivered(two), Buffer.from(body))
    assert.equal(harness.of('fetch').length, 1)
  })

  it('for the same segment twice, one given up, is answered once', () => {
    const harness = viewer()
    const one = harness.want(wanted)
    const two = harness.want(wanted)
    harness.tell({ kind: 'segment-abandoned', want: one })
    harness.serve(harness.fetch, body)
    assert.deepEqual(harness.answers(one), [])
    assert.deepEqual(harness.delivered(two), Buffer.from(body))
  })

  it('for a segment that is here already is answered at once, and keeps it from being evicted', () => {
    const harness = viewer()
    harness.want(wanted)
    harness.serve(harness.fetch, body)
    const again = harness.want(wanted)
    assert.deepEqual(harness.delivered(again), Buffer.from(body))
    assert.equal(harness.of('fetch').length, 1)
  })

  it('after a failure begins anew, and what had come is not fetched again', () => {
    const harness = viewer()
    const failed = harness.want(wanted)
    const { fetch } = harness.fetch
    harness.start(fetch, 0, body.length)
    harness.progress(fetch, body.subarray(0, 4 * blockBytes))
    harness.fail(fetch, { kind: 'status', status: 503 })
    assert.equal(harness.answers(failed)[0]?.kind, 'fail')
    const again = harness.want(wanted)
    assert.equal(harness.fetch.from, 4 * blockBytes)
    harness.serve(harness.fetch, body)
    assert.deepEqual(harness.delivered(again), Buffer.from(body))
  })

  it('without a first byte in time fails with the time-out that the player set, to the millisecond', () => {
    const harness = viewer()
    const want = harness.want(wanted, { firstByteTimeoutMs: 2000 })
    harness.pass(1999)
    assert.deepEqual(harness.answers(want), [])
    harness.pass(1)
    assert.deepEqual(harness.answers(want), [{ kind: 'fail', want, failure: { kind: 'timeout' } }])
    assert.equal(harness.fetches.size, 0)
  })

  it('that trickles may take as long as the player allows for the whole', () => {
    const harness = viewer()
    const want = harness.want(wanted, { firstByteTimeoutMs: 2000, loadTimeoutMs: 5000 })
    const { fetch } = harness.fetch
    harness.start(fetch, 0, body.length)
    for (let index = 0; index < 4; index += 1) {
      harness.progress(fetch, blockOf(body, index))
      harness.pass(1000)
    }
    assert.deepEqual(harness.answers(want), [])
    harness.pass(1000)
    assert.deepEqual(harness.answers(want), [{ kind: 'fail', want, failure: { kind: 'timeout' } }])
  })

  it('that times out after the CDN failed is told why the CDN failed', () => {
    const harness = viewer()
    const want = harness.want(wanted, { firstByteTimeoutMs: 300 })
    harness.fail(harness.fetch.fetch, { kind: 'network' })
    harness.pass(300)
    assert.deepEqual(harness.answers(want), [{ kind: 'fail', want, failure: { kind: 'network' } }])
  })

  it('hears how far it is, with the true times of the first byte and the last', () => {
    const harness = viewer()
    const startedAt = harness.now
    const want = harness.want(wanted)
    const { fetch } = harness.fetch
    harness.pass(70)
    harness.start(fetch, 0, body.length)
    const firstByteAt = harness.now
    harness.progress(fetch, body.subarray(0, 2 * blockBytes))
    harness.pass(30)
    harness.progress(fetch, body.subarray(2 * blockBytes))
    harness.end(fetch)
    const progress = harness.of('progress').map(({ loadedBytes, totalBytes }) => [loadedBytes, totalBytes])
    assert.deepEqual(progress[0], [blockBytes, body.length])
    assert.deepEqual(progress.at(-1), [body.length, body.length])
    assert.ok(
      progress.every(([loaded = 0], index) => index === 0 || loaded > (progress[index - 1]?.[0] ?? 0)),
    )
    const { delivery } = harness.of('deliver')[0] ?? {}
    assert.deepEqual(
      [delivery?.startedAt, delivery?.firstByteAt, delivery?.completedAt],
      [startedAt, firstByteAt, firstByteAt + 30],
    )
    assert.equal(delivery?.cdnFirstByteMs, 70)
    assert.equal(harness.answers(want).length, 1)
  })
})
