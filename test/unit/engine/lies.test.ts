import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { blockBytes } from '../../../protocol/block.js'
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

describe('BUG: lies', () => {
  it('3. one that holds 4096 blocks makes the search for the end fail the want (deadline 20 s away)', () => {
    const harness = viewer()
    harness.link(first).offers(wanted, 4096)
    const want = harness.want(wanted, { deadline: harness.now + 20_000 })
    for (let round = 0; round < 300 && harness.answers(want).length === 0; round += 1) {
      harness.pass(100)
      harness.serveAll(body)
    }
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
  })

  it('4. lengths that contradict each other before the want are not compared: a truncated segment is played', () => {
    const harness = viewer()
    const liar = harness.link(first)
    const honest = harness.link(second)
    liar.has(wanted, 3 * blockBytes)
    honest.has(wanted, body.length)
    const want = harness.want(wanted, { deadline: harness.now + 20_000 })
    for (let round = 0; round < 300 && harness.answers(want).length === 0; round += 1) {
      honest.givesUntilDone(body)
      harness.pass(100)
      harness.serveAll(body)
    }
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
  })

  it('5. a block of the CDN beyond a told length counts towards "whole": a segment with a hole is played', () => {
    const harness = viewer()
    const giver = harness.link(second)
    const handle = giver.offers(wanted)
    giver.says({ kind: 'holds', handle, runs: [{ first: 0, count: 2 }, { first: 3, count: 2 }] })
    const want = harness.want(wanted, { deadline: harness.now + 20_000 })
    giver.givesUntilDone(body, [0, 1, 3])
    harness.want(wanted, { deadline: harness.now })
    const [hole, rest] = [...harness.fetches.values()]
    assert.ok(hole && rest, 'two fetches: ' + JSON.stringify([...harness.fetches.values()].map((f) => [f.from, f.to])))
    harness.start(rest.fetch, rest.from)
    harness.link(first).has(wanted, 4 * blockBytes)
    harness.progress(rest.fetch, body.subarray(rest.from, rest.from + blockBytes))
    harness.pass(10)
    for (let round = 0; round < 100 && harness.answers(want).length === 0; round += 1) {
      harness.serveAll(body)
      harness.pass(100)
    }
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
  })

  it('6. while the CDN sends 11 blocks, announced by its head, a neighbour cuts the segment to 3', () => {
    const harness = viewer()
    const want = harness.want(wanted, { deadline: harness.now })
    const { fetch } = harness.fetch
    harness.start(fetch, 0, body.length)
    harness.progress(fetch, body.subarray(0, 2 * blockBytes))
    harness.link(first).has(wanted, 3 * blockBytes)
    harness.progress(fetch, body.subarray(2 * blockBytes, 3 * blockBytes))
    for (let round = 0; round < 100 && harness.answers(want).length === 0; round += 1) {
      harness.serveAll(body)
      harness.pass(100)
    }
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
  })

  it('7. holds beyond its own have makes us ask for a block of no byte, and take it', () => {
    const harness = viewer()
    harness.link(first).has(wanted, body.length)
    const liar = harness.link(second)
    const handle = liar.offers(wanted, 11)
    liar.says({ kind: 'have', handle, bytes: blockBytes })
    liar.says({ kind: 'holds', handle, runs: [{ first: 1, count: 10 }] })
    harness.want(wanted, { deadline: harness.now + 20_000 })
    harness.pass(2000)
    const lengths = harness.of('request-block').map(({ length }) => length)
    assert.deepEqual(lengths.filter((length) => length <= 0 || length > blockBytes), [])
  })

  it('8. whoever lied about a length that the CDN then showed goes unpunished, segment after segment', () => {
    const harness = viewer()
    const liar = harness.link(first)
    harness.want(wanted, { deadline: harness.now })
    const { fetch } = harness.fetch
    liar.has(wanted, body.length + blockBytes)
    harness.start(fetch, 0, body.length)
    harness.progress(fetch, body)
    harness.end(fetch)
    assert.deepEqual(harness.violations(), ['length-conflict'])
  })

  it('9. invented discontinuities and ranges open any number of tasks', () => {
    const harness = viewer()
    harness.want(wanted)
    harness.serveAll(body)
    const liar = harness.link(first)
    for (let handle = 1; handle <= 2000; handle += 1) {
      liar.says({ kind: 'doing', handle, segment: { ...segment(11), discontinuity: handle } })
      liar.says({ kind: 'have', handle, bytes: 1 })
      liar.says({ kind: 'lost', handle })
    }
    assert.ok(harness.kept.tasks <= 64, `${harness.kept.tasks} tasks`)
  })

  it('10. a range fetch that came back whole (Range ignored) does not settle the length: one more copy', () => {
    const harness = viewer()
    const giver = harness.link(second)
    giver.has(segment(11), 5)
    const handle = giver.offers(wanted)
    giver.says({ kind: 'holds', handle, runs: [{ first: 0, count: 2 }, { first: 3, count: 7 }] })
    const want = harness.want(wanted, { deadline: harness.now + 60_000 })
    giver.givesUntilDone(body)
    const asked = () => [...harness.fetches.values()]
    for (let ms = 0; ms < 3000 && asked().length === 0; ms += 1) harness.pass(1)
    const hole = asked().find(({ to }) => to !== undefined)
    assert.ok(hole, JSON.stringify(asked().map((f) => [f.from, f.to])))
    harness.start(hole.fetch, 0, body.length)
    for (let at = 0; at < body.length; at += blockBytes) harness.progress(hole.fetch, body.subarray(at, at + blockBytes))
    harness.end(hole.fetch)
    assert.equal(harness.answers(want).length, 1, 'everything is here, and where it ends is known')
  })

  it('11. a fetch that begins at no block is failed but not aborted: its body goes on arriving', () => {
    const harness = viewer()
    harness.want(wanted, { deadline: harness.now })
    const { fetch } = harness.fetch
    harness.start(fetch, 5)
    assert.deepEqual(harness.of('abort-fetch').map((order) => order.fetch), [fetch])
  })

  it('12. of two lengths only the last block differs: a last block of the wrong length is stored', () => {
    const harness = viewer()
    const honest = harness.link(first)
    const liar = harness.link(second)
    liar.has(wanted, body.length - 50)
    honest.has(wanted, body.length)
    const want = harness.want(wanted, { deadline: harness.now + 20_000 })
    for (let round = 0; round < 300 && harness.answers(want).length === 0; round += 1) {
      honest.givesUntilDone(body, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
      liar.givesUntilDone(body.subarray(0, body.length - 50))
      harness.pass(100)
      harness.serveAll(body)
    }
    assert.deepEqual(harness.delivered(want).length, body.length)
  })
})
