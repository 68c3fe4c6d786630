import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { FetchFailure } from '../../../client-sdk/src/engine/inputs.js'
import { tuning } from '../../../client-sdk/src/engine/tuning.js'
import { blockBytes } from '../../../protocol/block.js'
import { segmentBytesMax } from '../../../protocol/limits.js'
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

const statuses: FetchFailure[] = [
  { kind: 'status', status: 404 },
  { kind: 'status', status: 500 },
]

describe('a CDN in trouble', () => {
  for (const failure of statuses) {
    it(`that answers ${JSON.stringify(failure)} fails the want with it, when nobody else could help`, () => {
      const harness = viewer()
      const want = harness.want(wanted)
      harness.fail(harness.fetch.fetch, failure)
      assert.deepEqual(harness.answers(want), [{ kind: 'fail', want, failure }])
      assert.equal(harness.engine.wakeAt(), undefined)
      assert.equal(harness.kept.tasks, 0)
    })

    it(`that answers ${JSON.stringify(failure)} is asked again while a neighbour may give the segment`, () => {
      const harness = viewer()
      const neighbour = harness.link(other)
      const want = harness.want(wanted)
      harness.passCrossing()
      neighbour.offers(wanted, 10)
      harness.fail(harness.fetch.fetch, failure)
      assert.deepEqual(harness.answers(want), [])
      assert.equal(neighbour.heard('unclaim').length, 1, 'others may claim it')
      neighbour.givesUntilDone(body)
      harness.pass(tuning.fetchRetryMs)
      harness.pass(3000)
      harness.serveAll(body)
      assert.deepEqual(harness.delivered(want), Buffer.from(body))
    })
  }

  it('that cannot be reached is asked again, at growing intervals, and then the player is told', () => {
    const harness = viewer()
    const want = harness.want(wanted, { deadline: harness.now })
    const askedAt = [harness.now]
    while (harness.answers(want).length === 0) {
      harness.fail(harness.fetch.fetch, { kind: 'network' })
      for (let ms = 0; ms < 10_000 && harness.fetches.size === 0; ms += 1) {
        if (harness.answers(want).length > 0) break
        harness.pass(1)
      }
      if (harness.fetches.size > 0) askedAt.push(harness.now)
    }
    assert.deepEqual(harness.answers(want), [{ kind: 'fail', want, failure: { kind: 'network' } }])
    assert.deepEqual(
      askedAt.slice(1).map((at, index) => at - (askedAt[index] ?? 0)),
      [tuning.fetchRetryMs, 2 * tuning.fetchRetryMs, 4 * tuning.fetchRetryMs],
    )
  })

  it('that hangs before its answer is given up, and asked anew', () => {
    const harness = viewer()
    const want = harness.want(wanted, { deadline: harness.now, firstByteTimeoutMs: 60_000 })
    const { fetch } = harness.fetch
    harness.pass(tuning.fetchStallMs - 1)
    assert.deepEqual(harness.of('abort-fetch'), [])
    harness.pass(1)
    assert.deepEqual(harness.of('abort-fetch'), [{ kind: 'abort-fetch', fetch }])
    harness.pass(tuning.fetchRetryMs)
    harness.serve(harness.fetch, body)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
  })

  it('that hangs inside a body is asked for the rest only', () => {
    const harness = viewer()
    const want = harness.want(wanted, { deadline: harness.now })
    const { fetch } = harness.fetch
    harness.start(fetch, 0, body.length)
    harness.progress(fetch, body.subarray(0, 5 * blockBytes + 17))
    harness.pass(tuning.fetchStallMs + tuning.fetchRetryMs)
    assert.deepEqual([harness.fetch.from, harness.fetch.to], [5 * blockBytes, undefined])
    harness.serve(harness.fetch, body)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
  })

  it('whose body breaks off is asked for the rest only', () => {
    const harness = viewer()
    const want = harness.want(wanted, { deadline: harness.now })
    const { fetch } = harness.fetch
    harness.start(fetch, 0, body.length)
    harness.progress(fetch, body.subarray(0, 3 * blockBytes))
    harness.fail(fetch, { kind: 'truncated' })
    harness.pass(tuning.fetchRetryMs)
    assert.deepEqual([harness.fetch.from, harness.fetch.to], [3 * blockBytes, undefined])
    harness.serve(harness.fetch, body)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
  })

  it('whose body breaks off in the last block never delivers less than the segment', () => {
    const harness = viewer()
    const want = harness.want(wanted, { deadline: harness.now })
    const { fetch } = harness.fetch
    harness.start(fetch, 0, body.length)
    harness.progress(fetch, body.subarray(0, body.length - 1))
    harness.fail(fetch, { kind: 'truncated' })
    assert.deepEqual(harness.answers(want), [])
    harness.pass(tuning.fetchRetryMs)
    harness.serve(harness.fetch, body)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
  })

  it('that answers 416 right behind its own last block has told the length', () => {
    const harness = viewer()
    const exact = bodyOf(wanted, 10 * blockBytes)
    const want = harness.want(wanted, { deadline: harness.now + 20_000 })
    const { fetch } = harness.fetch
    harness.start(fetch, 0)
    harness.progress(fetch, exact)
    harness.fail(fetch, { kind: 'truncated' })
    harness.pass(tuning.fetchRetryMs)
    const behind = harness.fetch
    assert.equal(behind.from, exact.length, 'the end is looked for')
    harness.fail(behind.fetch, { kind: 'beyond-end' })
    assert.deepEqual(harness.delivered(want), Buffer.from(exact))
  })

  it('that answers 416 right behind the blocks of a neighbour shows only that the segment is no longer', () => {
    const harness = viewer()
    const neighbour = harness.link(other)
    const made = Buffer.concat([body, Buffer.alloc(blockBytes)]).subarray(0, 11 * blockBytes)
    neighbour.offers(wanted, 11)
    const want = harness.want(wanted, { deadline: harness.now + 20_000 })
    neighbour.givesUntilDone(made)
    harness.pass(tuning.claimPatienceMs + 500)
    const behind = [...harness.fetches.values()].find(({ from }) => from === made.length)
    assert.ok(behind, 'the end is looked for')
    harness.fail(behind.fetch, { kind: 'beyond-end' })
    harness.pass(tuning.claimPatienceMs)
    harness.serveAll(body)
    assert.deepEqual(harness.delivered(want), Buffer.from(body), 'all of it from the CDN')
  })

  it('that ignores Range sends it all, of which what was missing is used and the rest counted as wasted', () => {
    const harness = viewer()
    const neighbour = harness.link(other)
    neighbour.offers(wanted, 5)
    const want = harness.want(wanted, { deadline: harness.now + 20_000 })
    neighbour.givesUntilDone(body)
    harness.pass(tuning.claimPatienceMs + 500)
    const { fetch, from } = harness.fetch
    assert.equal(from, 5 * blockBytes)
    harness.start(fetch, 0, body.length)
    for (let index = 0; index < 11; index += 1) harness.progress(fetch, blockOf(body, index))
    harness.end(fetch)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
    const { cdnBytes, peerBytes, wastedBytes } = harness.engine.totals
    assert.deepEqual([cdnBytes, peerBytes, wastedBytes], [body.length, 5 * blockBytes, 5 * blockBytes])
  })

  it('that answers a range of the middle with all of it has shown where the segment ends', () => {
    const harness = viewer()
    const neighbour = harness.link(other)
    const handle = neighbour.offers(wanted, 2)
    neighbour.says({ kind: 'holds', handle, runs: [{ first: 3, count: 7 }] })
    const want = harness.want(wanted, { deadline: harness.now + 60_000 })
    neighbour.givesUntilDone(body)
    harness.pass(tuning.claimPatienceMs + 500)
    const hole = [...harness.fetches.values()].find(({ to }) => to !== undefined)
    assert.ok(hole, 'the hole is fetched by itself')
    assert.deepEqual([hole.from, hole.to], [2 * blockBytes, 3 * blockBytes])
    harness.start(hole.fetch, 0, body.length)
    for (let index = 0; index < 11; index += 1) harness.progress(hole.fetch, blockOf(body, index))
    harness.end(hole.fetch)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
  })

  it('whose body is longer than any segment is cut off at the bound', () => {
    const harness = viewer()
    const want = harness.want(wanted, { deadline: harness.now })
    const chunk = new Uint8Array(8 * 1024 * 1024)
    const { fetch } = harness.fetch
    harness.start(fetch, 0)
    for (let sent = 0; sent < segmentBytesMax; sent += chunk.length) harness.progress(fetch, chunk)
    assert.ok(harness.fetches.has(fetch))
    harness.progress(fetch, chunk.subarray(0, 1))
    assert.equal(harness.fetches.has(fetch), false)
    harness.pass(60_000)
    assert.equal(harness.answers(want).length, 1)
    assert.equal(harness.answers(want)[0]?.kind, 'fail')
  })

  it('that sends an empty body has sent nothing', () => {
    const harness = viewer()
    const want = harness.want(wanted, { deadline: harness.now })
    const { fetch } = harness.fetch
    harness.start(fetch, 0)
    harness.end(fetch)
    assert.deepEqual(harness.answers(want), [])
    harness.pass(tuning.fetchRetryMs)
    harness.serve(harness.fetch, body)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
  })

  it('that answers from a place that is no block is not believed', () => {
    const harness = viewer()
    const want = harness.want(wanted, { deadline: harness.now })
    const { fetch } = harness.fetch
    harness.start(fetch, 5)
    assert.deepEqual(
      harness.of('abort-fetch'),
      [{ kind: 'abort-fetch', fetch }],
      'its body would go on arriving',
    )
    harness.pass(tuning.fetchRetryMs)
    harness.serve(harness.fetch, body)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
  })

  it('that goes on about a fetch that is over changes nothing but the count of bytes', () => {
    const harness = viewer()
    const want = harness.want(wanted, { deadline: harness.now })
    const { fetch } = harness.fetch
    harness.serve(harness.fetch, body)
    for (const late of [
      harness.start(fetch, 0),
      harness.progress(fetch, body),
      harness.end(fetch),
      harness.fail(fetch, { kind: 'network' }),
    ]) {
      assert.deepEqual(late, [])
    }
    assert.equal(harness.answers(want).length, 1)
    assert.equal(harness.engine.totals.wastedBytes, body.length)
  })

  it('cuts a body into blocks whatever the pieces in which it comes', () => {
    for (const piece of [1000, blockBytes - 1, blockBytes, blockBytes + 1, 5 * blockBytes + 3, body.length]) {
      const harness = viewer()
      const want = harness.want(wanted, { deadline: harness.now })
      const { fetch } = harness.fetch
      harness.start(fetch, 0)
      for (let at = 0; at < body.length; at += piece) harness.progress(fetch, body.subarray(at, at + piece))
      harness.end(fetch)
      assert.deepEqual(harness.delivered(want), Buffer.from(body), `pieces of ${piece}`)
    }
  })
})
