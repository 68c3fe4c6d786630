import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { EngineConfig } from '../../../client-sdk/src/engine/context.js'
import { tuning } from '../../../client-sdk/src/engine/tuning.js'
import { blockBytes } from '../../../protocol/block.js'
import { EngineHarness } from './engine-harness.js'
import { blockOf, bodyOf, fetchOrder, memberId, segment } from './media.js'

const wanted = segment(10)
const body = bodyOf(wanted, 10 * blockBytes + 100)
const [firstRank = memberId(1), secondRank = memberId(2)] = fetchOrder(wanted, 2)

/** The second rank of two: its CDN is known to carry 1 MB/s, with 100 ms to the first byte. */
function viewer(config: Partial<EngineConfig> = {}): EngineHarness {
  const harness = new EngineHarness({ self: secondRank, ...config })
  harness.follow()
  const before = segment(1)
  const beforeBody = bodyOf(before, 10 * blockBytes)
  harness.want(before)
  serveAtPace(harness, beforeBody)
  return harness
}

/** The CDN answers the only fetch, which is of a whole segment. */
function serveAtPace(harness: EngineHarness, whole: Uint8Array): void {
  const { fetch } = harness.fetch
  harness.pass(100)
  harness.start(fetch, 0, whole.length)
  harness.pass((whole.length * 1000) / 1_000_000)
  harness.progress(fetch, whole)
  harness.end(fetch)
}

/** How long before the deadline the rescue of so many bytes must begin, by the rule in DESIGN.md, section 6. */
function rescueLeadMs(missingBytes: number): number {
  return tuning.rescueMarginMs + 100 + (missingBytes * 1000 * tuning.rescueSlowdown) / 1_000_000
}

describe('the rescue', () => {
  it('comes at the last safe moment when nobody gives anything, and fetches it all', () => {
    const harness = viewer()
    harness.link(firstRank).has(wanted, body.length)
    const deadline = harness.now + 6000
    const want = harness.want(wanted, { deadline })
    harness.pass(deadline - rescueLeadMs(body.length) - harness.now - 1)
    assert.equal(harness.fetches.size, 0, 'not a millisecond early')
    harness.pass(1)
    assert.deepEqual([harness.fetch.from, harness.fetch.to], [0, undefined])
    assert.equal(harness.engine.totals.rescues, 1)
    harness.serve(harness.fetch, body)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
  })

  it('is the later, the less is missing, and fetches exactly that', () => {
    const harness = viewer()
    const neighbour = harness.link(firstRank)
    neighbour.has(wanted, body.length)
    const deadline = harness.now + 6000
    const want = harness.want(wanted, { deadline })
    neighbour.givesUntilDone(body, [0, 1, 2, 3, 6, 7])
    const missing = 4 * blockBytes + 100
    harness.pass(deadline - rescueLeadMs(missing) - harness.now - 1)
    assert.equal(harness.fetches.size, 0, 'not a millisecond early')
    harness.pass(1)
    assert.deepEqual(
      [...harness.fetches.values()].map(({ from, to }) => [from, to]),
      [
        [4 * blockBytes, 6 * blockBytes],
        [8 * blockBytes, undefined],
      ],
    )
    harness.serveAll(body)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
    const { cdnBytes, peerBytes } = harness.of('deliver').at(-1)?.delivery ?? {}
    assert.deepEqual([cdnBytes, peerBytes], [missing, body.length - missing])
  })

  it('leaves to a neighbour what it is about to bring, until that is late, too', () => {
    const harness = viewer()
    const neighbour = harness.link(firstRank)
    const large = bodyOf(wanted, 40 * blockBytes)
    neighbour.has(wanted, large.length)
    const deadline = harness.now + rescueLeadMs(large.length) + tuning.requestTimeoutMs
    const want = harness.want(wanted, { deadline })
    harness.pass(tuning.requestTimeoutMs - 400)
    // From here on a block each 40 ms, half as fast as the CDN: too slow for all of it, and fast enough for some.
    while (harness.fetches.size === 0) {
      const [request] = neighbour.requests
      assert.ok(request)
      neighbour.gives(request.handle, request.offset, blockOf(large, request.offset / blockBytes))
      harness.pass(40)
    }
    const fetched = harness.fetches.size
    const left = neighbour.requests.map(({ offset }) => offset / blockBytes)
    assert.ok(left.length > 0, 'some of it is left to the neighbour')
    harness.pass(deadline - tuning.rescueMarginMs - harness.now)
    assert.ok(harness.fetches.size > fetched, 'fetched, too, when it did not come')
    assert.deepEqual(neighbour.requests, [], 'taken back')
    harness.serveAll(large)
    assert.deepEqual(harness.delivered(want), Buffer.from(large))
  })

  it('where each segment needs one comes after requests were asked back, and leaves out what was not refused', () => {
    const harness = viewer({ uploadBytesPerSecondMax: 0 })
    const neighbour = harness.link(firstRank)
    neighbour.has(wanted, body.length)
    harness.want(wanted, { deadline: harness.now + rescueLeadMs(body.length) })
    serveAtPace(harness, body)

    const next = segment(11)
    const nextBody = bodyOf(next, body.length)
    neighbour.has(next, nextBody.length)
    const deadline = harness.now + 2100
    const want = harness.want(next, { deadline })
    const [refused, coming, ...others] = neighbour.requests
    assert.ok(refused && coming && others.length === 0)
    harness.pass(200)
    const fetchedEarly = harness.fetches.size
    assert.ok(fetchedEarly > 0, 'what was asked of nobody')
    const lastMs = deadline - rescueLeadMs(2 * blockBytes) - harness.now
    harness.pass(lastMs - tuning.rescueRecallMs - 10)
    assert.equal(neighbour.requests.length, 2, 'both may still come')
    harness.pass(20)
    assert.equal(neighbour.requests.length, 0, 'asked back')
    neighbour.rejects(refused)
    harness.pass(tuning.rescueRecallMs - 20)
    assert.equal(harness.fetches.size, fetchedEarly, 'not a moment early')
    harness.pass(20)
    const [rescue, ...more] = [...harness.fetches.values()].slice(fetchedEarly)
    assert.deepEqual([rescue?.from, rescue?.to], [refused.offset, refused.offset + blockBytes])
    assert.equal(more.length, 0)
    neighbour.gives(coming.handle, coming.offset, blockOf(nextBody, coming.offset / blockBytes))
    harness.serveAll(nextBody)
    assert.deepEqual(harness.delivered(want), Buffer.from(nextBody))
    assert.equal(harness.engine.totals.wastedBytes, 0)
  })

  it('is not put off by claims, however many', () => {
    const harness = viewer()
    const neighbour = harness.link(firstRank)
    const deadline = harness.now + 6000
    harness.want(wanted, { deadline })
    for (let claimant = 100; harness.fetches.size === 0 && harness.now < deadline; claimant += 1) {
      neighbour.claims(wanted, memberId(claimant))
      harness.pass(500)
    }
    assert.ok(harness.now <= deadline - tuning.rescueMarginMs)
  })

  it('takes many small holes as few requests, and still gets every byte', () => {
    const harness = viewer()
    const held = tuning.rescueRunsMax + 5
    const large = bodyOf(wanted, 2 * held * blockBytes + 5)
    harness.link(firstRank).has(wanted, large.length)
    const giver = harness.link(memberId(50))
    const handle = giver.offers(wanted)
    const everyOther = Array.from({ length: held }, (_, index) => ({ first: index * 2, count: 1 }))
    giver.says({ kind: 'holds', handle, runs: everyOther })
    const want = harness.want(wanted, { deadline: harness.now + 6000 })
    giver.givesUntilDone(large)
    harness.pass(5000)
    assert.equal(harness.fetches.size, tuning.rescueRunsMax)
    harness.serveAll(large)
    // What was left to the neighbour has its own last moment.
    harness.pass(1000)
    harness.serveAll(large)
    assert.deepEqual(harness.delivered(want), Buffer.from(large))
  })

  it('takes its requests back, uses what was on its way, and ends the fetch when nothing is left for it', () => {
    // The second of two members begins to ask in the middle.
    const small = body.subarray(0, 3 * blockBytes + 100)
    const harness = viewer()
    const neighbour = harness.link(firstRank)
    neighbour.has(wanted, small.length)
    const want = harness.want(wanted, { deadline: harness.now + 6000 })
    assert.ok(neighbour.requests.length > 0)
    harness.pass(5200)
    const { fetch } = harness.fetch
    assert.deepEqual(neighbour.requests, [], 'taken back')
    for (const index of [2, 3]) neighbour.gives(1, index * blockBytes, blockOf(small, index))
    harness.start(fetch, 0, small.length)
    for (let index = 0; index < 2; index += 1) {
      assert.equal(harness.fetches.size, 1)
      harness.progress(fetch, blockOf(small, index))
    }
    assert.equal(harness.fetches.size, 0)
    assert.deepEqual(harness.delivered(want), Buffer.from(small))
  })

  it('of a segment whose deadline has passed is a start, and comes at once', () => {
    const harness = viewer()
    harness.link(firstRank).has(wanted, body.length)
    harness.want(wanted, { deadline: harness.now })
    assert.equal(harness.fetches.size, 1)
    assert.equal(harness.engine.totals.rescues, 0)
  })

  it('is served on: a neighbour hears of its blocks and gets them', () => {
    const harness = viewer()
    const neighbour = harness.link(firstRank)
    harness.want(wanted, { deadline: harness.now })
    const { fetch } = harness.fetch
    harness.start(fetch, 0, body.length)
    harness.progress(fetch, body.subarray(0, 2 * blockBytes))
    harness.pass(tuning.announceIntervalMs)
    const handle = neighbour.heard('doing').find(({ segment: each }) => each.sequence === 10)?.handle
    assert.ok(handle)
    assert.deepEqual(
      neighbour.heard('holds').map(({ runs }) => runs),
      [[{ first: 0, count: 2 }]],
    )
    neighbour.asks(handle, 1)
    assert.deepEqual(
      neighbour.ordersOf('send-block').map(({ bytes }) => Buffer.from(bytes)),
      [Buffer.from(body.subarray(blockBytes, 2 * blockBytes))],
    )
  })
})
