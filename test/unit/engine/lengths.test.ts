import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { blockBytes } from '../../../protocol/block.js'
import { EngineHarness } from './engine-harness.js'
import { blockOf, bodyOf, fetchOrder, memberId, segment } from './media.js'
import type { WantId } from '../../../client-sdk/src/engine/inputs.js'

const wanted = segment(10)
const body = bodyOf(wanted, 10 * blockBytes + 100)
const [first = memberId(1), second = memberId(2), self = memberId(3)] = fetchOrder(wanted, 3)

function viewer(): EngineHarness {
  const harness = new EngineHarness({ self })
  harness.follow()
  return harness
}

/** The CDN answers truthfully, and `meanwhile` happens, until the want is answered. */
function untilAnswered(harness: EngineHarness, want: WantId, meanwhile: () => void = () => {}): void {
  for (let round = 0; round < 300 && harness.answers(want).length === 0; round += 1) {
    meanwhile()
    harness.pass(100)
    harness.serveAll(body)
  }
}

describe('lengths that neighbours tell', () => {
  for (const [name, told] of [
    ['by whole blocks', 3 * blockBytes],
    ['in the last block only', body.length - 50],
  ] as const) {
    it(`differing ${name} before the player asks are not believed: the CDN alone is asked`, () => {
      const harness = viewer()
      const liar = harness.link(first)
      const honest = harness.link(second)
      liar.has(wanted, told)
      honest.has(wanted, body.length)
      const want = harness.want(wanted, { deadline: harness.now + 20_000 })
      assert.deepEqual(harness.of('request-block'), [])
      untilAnswered(harness, want, () => {
        honest.givesUntilDone(body)
        liar.givesUntilDone(body.subarray(0, told))
      })
      assert.deepEqual(harness.delivered(want), Buffer.from(body))
      assert.deepEqual(
        harness.of('close-link').map(({ link, violation }) => [link, violation]),
        [[liar.link, 'length-conflict']],
      )
    })
  }

  it('do not cut short what the head of the CDN’s answer announced', () => {
    const harness = viewer()
    const want = harness.want(wanted, { deadline: harness.now })
    const { fetch } = harness.fetch
    harness.start(fetch, 0, body.length)
    harness.progress(fetch, body.subarray(0, 2 * blockBytes))
    harness.link(first).has(wanted, 3 * blockBytes)
    harness.progress(fetch, body.subarray(2 * blockBytes, 3 * blockBytes))
    assert.deepEqual(harness.answers(want), [])
    harness.progress(fetch, body.subarray(3 * blockBytes))
    harness.end(fetch)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
    assert.equal(harness.of('fetch').length, 1, 'the fetch that was under way brought it all')
    assert.equal(harness.engine.totals.wastedBytes, 0)
  })

  it('are not believed any more once the head of the CDN’s answer announces another', () => {
    const harness = viewer()
    const liar = harness.link(first)
    liar.has(wanted, 3 * blockBytes)
    const want = harness.want(wanted, { deadline: harness.now + 20_000 })
    assert.ok(liar.requests.length > 0)
    harness.want(wanted, { deadline: harness.now })
    harness.start(harness.fetch.fetch, 0, body.length)
    assert.deepEqual(liar.requests, [], 'taken back')
    const { fetch } = harness.fetch
    for (let index = 0; index < 11; index += 1) {
      assert.deepEqual(harness.answers(want), [])
      harness.progress(fetch, blockOf(body, index))
    }
    harness.end(fetch)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
    assert.equal(harness.of('fetch').length, 1)
  })

  it('do not make a whole of blocks that lie beyond them', () => {
    const harness = viewer()
    const giver = harness.link(second)
    const handle = giver.offers(wanted, 2)
    giver.says({ kind: 'holds', handle, runs: [{ first: 3, count: 2 }] })
    const want = harness.want(wanted, { deadline: harness.now + 20_000 })
    giver.givesUntilDone(body, [0, 1, 3])
    harness.want(wanted, { deadline: harness.now })
    const [hole, rest] = [...harness.fetches.values()]
    assert.ok(hole && rest, 'the hole and the rest are fetched')
    assert.deepEqual(
      [hole.from, hole.to, rest.from, rest.to],
      [2 * blockBytes, 3 * blockBytes, 5 * blockBytes, undefined],
    )
    harness.start(rest.fetch, rest.from)
    harness.link(first).has(wanted, 4 * blockBytes)
    harness.progress(rest.fetch, blockOf(body, 5))
    assert.deepEqual(harness.answers(want), [], 'four blocks, but not the first four')
    // What is under way goes on: the rest of its body, then all that is missing.
    for (let index = 6; index < 11; index += 1) harness.progress(rest.fetch, blockOf(body, index))
    harness.end(rest.fetch)
    untilAnswered(harness, want)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
    assert.deepEqual(harness.violations(), ['length-conflict'])
  })
})

describe('a search for the end of a segment', () => {
  it('that went beyond it, led by a neighbour’s word, is over: the CDN alone is asked, and at once', () => {
    const harness = viewer()
    const liar = harness.link(first)
    liar.offers(wanted, 4096)
    const want = harness.want(wanted, { deadline: harness.now + 20_000 })
    for (let ms = 0; ms < 5000 && harness.fetches.size === 0; ms += 10) harness.pass(10)
    const { fetch, from } = harness.fetch
    assert.equal(from, 4096 * blockBytes)
    harness.fail(fetch, { kind: 'beyond-end' })
    assert.deepEqual([harness.fetch.from, harness.fetch.to], [0, undefined])
    const asked = liar.ordersOf('request-block').length
    harness.pass(500)
    assert.equal(liar.ordersOf('request-block').length, asked)
    harness.serve(harness.fetch, body)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
    assert.deepEqual(harness.violations(), ['block-outside'])
  })
})

describe('the length that the CDN has shown', () => {
  const lies: readonly [string, string, (liar: ReturnType<EngineHarness['link']>) => void][] = [
    ['length-conflict', 'told a longer one', (liar) => liar.has(wanted, body.length + blockBytes)],
    ['length-conflict', 'told a shorter one', (liar) => liar.has(wanted, body.length - 1)],
    ['block-outside', 'told of a block beyond it', (liar) => liar.offers(wanted, 1, 11)],
  ]
  for (const [violation, name, lie] of lies) {
    it(`convicts whoever ${name}, and nobody else`, () => {
      const harness = viewer()
      harness.want(wanted, { deadline: harness.now })
      const { fetch } = harness.fetch
      const liar = harness.link(first)
      harness.link(second).has(wanted, body.length)
      harness.link(memberId(50)).offers(wanted, 11)
      harness.link(memberId(51)).has(segment(9), 5)
      lie(liar)
      assert.deepEqual(harness.violations(), [])
      harness.start(fetch, 0, body.length)
      harness.progress(fetch, body)
      harness.end(fetch)
      assert.deepEqual(
        harness.of('close-link').map((order) => [order.link, order.violation]),
        [[liar.link, violation]],
      )
    })
  }

  it('stands against those who tell another one later', () => {
    const harness = viewer()
    const want = harness.want(wanted, { deadline: harness.now })
    harness.serveAll(body)
    const liar = harness.link(first)
    liar.has(wanted, 3 * blockBytes)
    harness.link(second).has(wanted, body.length)
    assert.deepEqual(
      harness.of('close-link').map(({ link }) => link),
      [liar.link],
    )
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
    assert.deepEqual(harness.delivered(harness.want(wanted)), Buffer.from(body))
  })
})

describe('a segment begun anew', () => {
  it('keeps the blocks of the CDN, fetches the others, and tells the neighbours of it by another handle', () => {
    const harness = viewer()
    const giver = harness.link(first)
    const hearer = harness.link(memberId(50))
    const newcomer = harness.link(memberId(51))
    giver.offers(wanted, 10)
    const want = harness.want(wanted, { deadline: harness.now + 20_000 })
    giver.givesUntilDone(body, [3, 4, 5, 6])
    const urgent = harness.want(wanted, { deadline: harness.now })
    const fetch = [...harness.fetches.values()].find(({ from }) => from === 0)
    assert.ok(fetch)
    harness.start(fetch.fetch, 0)
    harness.progress(fetch.fetch, body.subarray(0, 3 * blockBytes))
    harness.pass(100)
    const [old] = hearer.heard('doing')
    assert.ok(old)
    hearer.has(wanted, 4 * blockBytes)
    harness.pass(100)
    assert.deepEqual(
      hearer.heard('lost').map(({ handle }) => handle),
      [old.handle],
    )
    assert.ok(harness.fetches.has(fetch.fetch), 'the fetch under way goes on')
    const anew = newcomer.heard('doing').at(-1)?.handle
    assert.ok(anew !== undefined && anew !== old.handle)
    assert.deepEqual(newcomer.heard('holds').at(-1), {
      kind: 'holds',
      handle: anew,
      runs: [{ first: 0, count: 3 }],
    })
    untilAnswered(harness, want)
    for (const each of [want, urgent]) assert.deepEqual(harness.delivered(each), Buffer.from(body))
    assert.deepEqual(harness.of('deliver')[0]?.delivery.sources, [])
    assert.ok(harness.of('fetch').every(({ from, fetch: id }) => from > 0 || id === fetch.fetch))
  })
})
