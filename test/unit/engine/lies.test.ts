import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { blockBytes, blockCount } from '../../../protocol/block.js'
import { EngineHarness } from './engine-harness.js'
import { bodyOf, fetchOrder, memberId, segment } from './media.js'

const wanted = segment(10)
const body = bodyOf(wanted, 10 * blockBytes + 100)
const [first = memberId(1), second = memberId(2), self = memberId(3)] = fetchOrder(wanted, 3)

function viewer(): EngineHarness {
  const harness = new EngineHarness({ self })
  harness.follow()
  return harness
}

/** Lets the CDN answer whatever is asked of it until the want is answered or the player would have given up. */
function cdnHelps(harness: EngineHarness, want: ReturnType<EngineHarness['want']>, truth = body): void {
  for (let round = 0; round < 200 && harness.answers(want).length === 0; round += 1) {
    harness.pass(100)
    harness.serveAll(truth)
  }
}

describe('a lie about the length of a segment', () => {
  it('contradicted by another neighbour leaves the CDN alone to be believed', () => {
    const harness = viewer()
    const liar = harness.link(first)
    const honest = harness.link(second)
    const want = harness.want(wanted, { deadline: harness.now + 20_000 })
    honest.has(wanted, body.length)
    honest.givesUntilDone(body, [0, 1, 2])
    liar.has(wanted, body.length + blockBytes)
    assert.equal(harness.fetch.from, 0, 'it is fetched whole, at once')
    assert.equal(honest.requests.length, 0, 'and asked of nobody')
    harness.serveAll(body)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
    assert.equal(harness.of('deliver')[0]?.delivery.peerBytes, 0)
  })

  for (const difference of [1, blockBytes, 40 * blockBytes]) {
    it(`by ${difference} bytes is found out by the CDN's end of the segment`, () => {
      const harness = viewer()
      const want = harness.want(wanted, { deadline: harness.now })
      const { fetch } = harness.fetch
      harness.start(fetch, 0)
      harness.progress(fetch, body.subarray(0, 3 * blockBytes))
      harness.link(first).has(wanted, body.length + difference)
      harness.progress(fetch, body.subarray(3 * blockBytes))
      harness.end(fetch)
      cdnHelps(harness, want)
      assert.deepEqual(harness.delivered(want), Buffer.from(body))
    })
  }

  it('that is too long for what neighbours hold ends at the CDN', () => {
    const harness = viewer()
    const liar = harness.link(first)
    liar.has(wanted, body.length + 5 * blockBytes)
    const want = harness.want(wanted, { deadline: harness.now + 8000 })
    const honestBlocks = Array.from({ length: 10 }, (_, index) => index)
    liar.givesUntilDone(body, honestBlocks)
    cdnHelps(harness, want)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
  })

  it('makes us take back the blocks that we told others of', () => {
    const harness = viewer()
    const honest = harness.link(second)
    harness.want(wanted, { deadline: harness.now + 20_000 })
    honest.has(wanted, body.length)
    honest.givesUntilDone(body, [0, 1, 2])
    harness.pass(100)
    const third = harness.link(memberId(50))
    const told = third.heard('doing').map(({ handle }) => handle)
    assert.equal(told.length, 1)
    third.has(wanted, body.length + 1)
    assert.deepEqual(
      third.heard('lost').map(({ handle }) => handle),
      told,
    )
  })
})

describe('a neighbour that says it holds what it does not', () => {
  it('and never answers costs time until the rescue, not the segment', () => {
    const harness = viewer()
    harness.link(first).has(wanted, body.length)
    const deadline = harness.now + 6000
    const want = harness.want(wanted, { deadline })
    cdnHelps(harness, want)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
    assert.ok(harness.now < deadline)
  })

  it('and refuses is asked once', () => {
    const harness = viewer()
    const liar = harness.link(first)
    liar.has(wanted, body.length)
    const want = harness.want(wanted, { deadline: harness.now + 6000 })
    for (const request of [...liar.requests]) liar.rejects(request)
    const asked = liar.ordersOf('request-block').length
    harness.pass(1000)
    assert.equal(liar.ordersOf('request-block').length, asked)
    cdnHelps(harness, want)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
  })

  it('beyond the end of the segment cannot stretch it', () => {
    const harness = viewer()
    const liar = harness.link(first)
    liar.offers(wanted, 4096)
    const want = harness.want(wanted, { deadline: harness.now + 3000 })
    cdnHelps(harness, want)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
    assert.equal(blockCount(body.length), 11)
  })
})

describe('a silent neighbour', () => {
  it('that never even greets holds nothing up', () => {
    const harness = viewer()
    harness.link(first, 'silent')
    const deadline = harness.now + 4000
    const want = harness.want(wanted, { deadline })
    cdnHelps(harness, want)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
    assert.ok(harness.now < deadline - 2000)
  })
})
