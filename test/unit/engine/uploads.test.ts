import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { tuning } from '../../../client-sdk/src/engine/tuning.js'
import { blockBytes } from '../../../protocol/block.js'
import { EngineHarness } from './engine-harness.js'
import { bodyOf, memberId, segment, video } from './media.js'
import type { ScriptedNeighbour } from './scripted-neighbour.js'

const blocks = 60
const body = bodyOf(segment(1), blocks * blockBytes)

/** A member that holds one segment, its handle, and neighbours that may ask for it. */
function giver(uploadBytesPerSecondMax: number, neighbourCount: number) {
  const harness = new EngineHarness({ uploadBytesPerSecondMax })
  harness.follow()
  harness.want(segment(1))
  harness.serveAll(body)
  const neighbours = Array.from({ length: neighbourCount }, (_, index) => harness.link(memberId(10 + index)))
  const [copy] = harness.engine['context'].store.all()
  assert.ok(copy)
  return { harness, neighbours, handle: copy.handle }
}

/** What was sent, and when. */
function sentBy(harness: EngineHarness): { at: number; bytes: number }[] {
  return harness.outputs.flatMap((output, index) =>
    output.kind === 'send-block' ? [{ at: harness.times[index] ?? 0, bytes: output.bytes.length }] : [],
  )
}

describe('uploads', () => {
  it('stay under the cap over any span, but for a burst of a second and the block at its edge', () => {
    const pauses = fc.array(
      fc.tuple(fc.integer({ min: 1, max: 3000 }), fc.nat(2), fc.integer({ min: 1, max: 20 })),
      {
        minLength: 5,
        maxLength: 30,
      },
    )
    fc.assert(
      fc.property(fc.integer({ min: 20_000, max: 2_000_000 }), pauses, (cap, script) => {
        const { harness, neighbours, handle } = giver(cap, 3)
        for (const [pauseMs, who, count] of script) {
          for (let index = 0; index < count; index += 1) neighbours[who]?.asks(handle, index)
          harness.pass(pauseMs)
        }
        const sent = sentBy(harness)
        assert.ok(sent.length > 0)
        const burst = Math.max(cap, blockBytes)
        for (let from = 0; from < sent.length; from += 1) {
          let bytes = 0
          for (let to = from; to < sent.length; to += 1) {
            bytes += sent[to]?.bytes ?? 0
            const spanMs = (sent[to]?.at ?? 0) - (sent[from]?.at ?? 0)
            const allowed = (cap * spanMs) / 1000 + burst + blockBytes
            assert.ok(bytes <= allowed, `${bytes} bytes in ${spanMs} ms under a cap of ${cap}`)
          }
        }
      }),
      { seed: 1, numRuns: 30 },
    )
  })

  it('use the cap: what waits is sent as fast as allowed', () => {
    const { harness, neighbours, handle } = giver(10 * blockBytes, 2)
    for (let index = 0; index < 50; index += 1) neighbours[index % 2]?.asks(handle, index)
    harness.pass(4900)
    assert.equal(harness.of('send-block').length, 50)
  })

  for (const [blocksPerSecond, atOnce] of [
    [1, 1],
    [3, 3],
    [4, 4],
  ] as const) {
    it(`after a pause begin with ${atOnce} blocks at once under a cap of ${blocksPerSecond} a second`, () => {
      const { harness, neighbours, handle } = giver(blocksPerSecond * blockBytes, 1)
      harness.pass(60_000)
      for (let index = 0; index < blocks; index += 1) neighbours[0]?.asks(handle, index)
      harness.pass(0)
      assert.equal(harness.of('send-block').length, atOnce)
      harness.pass(1)
      assert.equal(harness.of('send-block').length, atOnce + 1, 'the next one is sent on credit')
      harness.pass(Math.floor(1000 / blocksPerSecond) - 1)
      assert.equal(harness.of('send-block').length, atOnce + 1, 'which is paid back first')
    })
  }

  it('capped at 0 send nothing: every request is refused', () => {
    const { harness, neighbours, handle } = giver(0, 1)
    const [neighbour] = neighbours
    assert.ok(neighbour)
    assert.deepEqual(
      neighbour.heard('hello').map(({ uploads }) => uploads),
      [false],
    )
    for (let index = 0; index < 5; index += 1) neighbour.asks(handle, index)
    harness.pass(60_000)
    assert.equal(neighbour.ordersOf('send-block').length, 0)
    assert.equal(neighbour.ordersOf('reject-block').length, 5)
    assert.equal(harness.engine.totals.uploadedBytes, 0)
    assert.deepEqual(harness.violations(), [])
    neighbour.asks(handle + 1, 0)
    assert.deepEqual(harness.violations(), ['handle-unknown'], 'what was never named is judged as ever')
  })

  it('stop at once when capped at 0, and what waits is refused', () => {
    const { harness, neighbours, handle } = giver(blockBytes, 1)
    const [neighbour] = neighbours
    assert.ok(neighbour)
    for (let index = 0; index < 10; index += 1) neighbour.asks(handle, index)
    const sent = neighbour.ordersOf('send-block').length
    harness.tell({ kind: 'upload-capped', bytesPerSecond: 0 })
    harness.pass(60_000)
    assert.equal(neighbour.ordersOf('send-block').length, sent)
    assert.equal(neighbour.ordersOf('reject-block').length, 10 - sent)
  })

  it('begin again when the cap is lifted', () => {
    const { harness, neighbours, handle } = giver(0, 1)
    harness.tell({ kind: 'upload-capped', bytesPerSecond: Number.POSITIVE_INFINITY })
    assert.deepEqual(
      neighbours[0]?.heard('doing').map((doing) => doing.handle),
      [handle],
    )
    for (let index = 0; index < 40; index += 1) neighbours[0]?.asks(handle, index)
    harness.pass(1000)
    assert.equal(harness.of('send-block').length, 40)
  })

  it('are shared: a neighbour that asks for much does not starve one that asks for little', () => {
    const { harness, neighbours, handle } = giver(4 * blockBytes, 2)
    const [greedy, modest] = neighbours as [ScriptedNeighbour, ScriptedNeighbour]
    for (let index = 0; index < 50; index += 1) greedy.asks(handle, index)
    modest.asks(handle, 50)
    harness.pass(1000)
    assert.equal(modest.ordersOf('send-block').length, 1)
  })

  it('pause on a link that takes nothing, and go on elsewhere meanwhile', () => {
    const { harness, neighbours, handle } = giver(Number.POSITIVE_INFINITY, 2)
    const [full, free] = neighbours as [ScriptedNeighbour, ScriptedNeighbour]
    full.backlog = tuning.backlogBytesMax
    harness.tell({ kind: 'backlogs-seen', backlogs: new Map([[full.link, full.backlog]]) })
    harness.pass(tuning.stuckMs)
    for (let index = 0; index < 20; index += 1) {
      full.asks(handle, index)
      free.asks(handle, index)
    }
    harness.pass(1000)
    assert.equal(full.ordersOf('send-block').length, 0)
    assert.equal(free.ordersOf('send-block').length, 20)
    full.backlog = 0
    harness.pass(10 * tuning.backlogPollMs)
    assert.equal(full.ordersOf('send-block').length, 20)
  })

  it('take a link on which nothing moves for no measure of the line', () => {
    const { harness, neighbours, handle } = giver(Number.POSITIVE_INFINITY, 2)
    const [gone, other] = neighbours as [ScriptedNeighbour, ScriptedNeighbour]
    gone.backlog = blockBytes
    for (let index = 0; index < 40; index += 1) other.asks(handle, index)
    harness.pass(1000)
    assert.equal(other.ordersOf('send-block').length, 40)
    const { bytesPerSecond } = harness.engine['uplink']
    assert.ok(bytesPerSecond === undefined || bytesPerSecond > 10 * blockBytes, `${bytesPerSecond}`)
  })

  it('wait in send buffers no more than a line carries in a moment', () => {
    const { harness, neighbours, handle } = giver(Number.POSITIVE_INFINITY, 2)
    const bytesPerSecond = 200_000
    let left = 0
    let worst = 0
    for (let index = 0; index < 60; index += 1) neighbours[index % 2]?.asks(handle, index)
    for (let ms = 0; ms < 4000; ms += 10) {
      harness.pass(10)
      left += bytesPerSecond / 100
      const sent = neighbours.map((each) => each.ordersOf('send-block').length * blockBytes)
      const [first = 0, second = 0] = sent
      const waiting = Math.max(0, first + second - left)
      left = Math.min(left, first + second)
      for (const [index, neighbour] of neighbours.entries()) {
        neighbour.backlog = (waiting * (sent[index] ?? 0)) / Math.max(1, first + second)
      }
      if (ms > 1500) worst = Math.max(worst, waiting)
    }
    assert.ok(worst <= (bytesPerSecond * tuning.backlogMs) / 1000 + 2 * blockBytes, `${worst} bytes waited`)
    assert.ok(harness.of('send-block').length >= 45, 'the line was kept busy')
  })

  it('give first what nobody was given, so that receivers can swap', () => {
    const { harness, neighbours, handle } = giver(4 * blockBytes, 2)
    const [first, second] = neighbours as [ScriptedNeighbour, ScriptedNeighbour]
    for (const index of [0, 1, 2, 3]) first.asks(handle, index)
    for (const index of [0, 1, 2, 3, 4, 5, 6, 7]) second.asks(handle, index)
    harness.pass(2000)
    const given = harness.of('send-block').map(({ offset }) => offset / blockBytes)
    assert.deepEqual(
      given.slice(0, 8).toSorted((a, b) => a - b),
      [0, 1, 2, 3, 4, 5, 6, 7],
    )
  })

  it('are shared though one asks only for what nobody was given', () => {
    const { harness, neighbours, handle } = giver(4 * blockBytes, 2)
    const [honest, sly] = neighbours as [ScriptedNeighbour, ScriptedNeighbour]
    for (const index of [0, 1, 2, 3]) honest.asks(handle, index)
    harness.pass(3000)
    for (const index of [0, 1, 2, 3]) honest.asks(handle, index)
    for (let index = 4; index < 60; index += 1) sly.asks(handle, index)
    harness.pass(10_000)
    assert.equal(honest.ordersOf('send-block').length, 8)
    assert.ok(sly.ordersOf('send-block').length < 50)
  })

  it('are for who goes short first, and get it no further ahead of others than anything else', () => {
    const { harness, neighbours, handle } = giver(12 * blockBytes, 2)
    const [content, short] = neighbours as [ScriptedNeighbour, ScriptedNeighbour]
    short.says({ kind: 'shortage', tenths: 10 })
    for (let index = 0; index < 60; index += 1) {
      content.asks(handle, index)
      short.asks(handle, index)
    }
    const given = () => [content, short].map((each) => each.ordersOf('send-block').length)
    harness.pass(1000)
    assert.deepEqual(given(), [1, 12], 'one before the other had asked')
    harness.pass(3000)
    const [less = 0, more = 0] = given()
    assert.ok(less > 1 && more - less <= tuning.servedLeadMax + 1, `${less}, ${more}`)
    harness.pass(6000)
    assert.deepEqual(given(), [60, 60])
  })

  it('of a segment that is whole wait for those of the next one no more often than once', () => {
    const { harness, neighbours, handle } = giver(blockBytes, 3)
    const [other, next, late] = neighbours as [ScriptedNeighbour, ScriptedNeighbour, ScriptedNeighbour]
    harness.want(segment(2), { live: false, deadline: harness.now })
    harness.start(harness.fetch.fetch, 0)
    harness.progress(harness.fetch.fetch, body.subarray(0, 2 * blockBytes))
    harness.pass(1000)
    const newer = next.heard('doing').at(-1)?.handle ?? 0
    for (const [times, of] of [
      [3, handle],
      [2, newer],
    ] as const) {
      for (let time = 0; time < times; time += 1) {
        other.asks(of, 0)
        harness.pass(1000)
      }
    }
    assert.equal(other.ordersOf('send-block').length, 5)
    other.asks(handle, 1)
    next.asks(newer, 0)
    late.asks(handle, 0)
    harness.pass(1000)
    assert.deepEqual(
      [next, late].map((each) => each.ordersOf('send-block').length),
      [0, 1],
    )
  })

  it('answer with a refusal what is taken back in time', () => {
    const { harness, neighbours, handle } = giver(blockBytes, 1)
    const [neighbour] = neighbours
    assert.ok(neighbour)
    for (let index = 0; index < 4; index += 1) neighbour.asks(handle, index)
    for (const offset of [0, 3 * blockBytes]) {
      harness.tell({ kind: 'request-cancelled', link: neighbour.link, handle, offset, length: blockBytes })
    }
    const refused = neighbour.ordersOf('reject-block').map((order) => order.offset / blockBytes)
    assert.deepEqual(refused, [3], 'the first is on its way')
  })

  it('leave out what was taken back', () => {
    const { harness, neighbours, handle } = giver(blockBytes, 1)
    const [neighbour] = neighbours
    assert.ok(neighbour)
    for (let index = 0; index < 4; index += 1) neighbour.asks(handle, index)
    const offset = 3 * blockBytes
    harness.tell({ kind: 'request-cancelled', link: neighbour.link, handle, offset, length: blockBytes })
    harness.pass(60_000)
    const offsets = neighbour.ordersOf('send-block').map((order) => order.offset / blockBytes)
    assert.deepEqual(offsets, [0, 1, 2])
  })

  it('are whole blocks: a request for part of one is refused', () => {
    const { harness, neighbours, handle } = giver(Number.POSITIVE_INFINITY, 1)
    const [neighbour] = neighbours
    assert.ok(neighbour)
    harness.tell({ kind: 'block-requested', link: neighbour.link, handle, offset: 0, length: 100 })
    assert.equal(neighbour.ordersOf('send-block').length, 0)
    assert.equal(neighbour.ordersOf('reject-block').length, 1)
  })

  it('carry the true bytes, and are counted', () => {
    const { harness, neighbours, handle } = giver(Number.POSITIVE_INFINITY, 1)
    for (let index = 0; index < blocks; index += 1) neighbours[0]?.asks(handle, index)
    harness.pass(1000)
    for (const { offset, bytes } of harness.of('send-block')) {
      assert.equal(Buffer.compare(bytes, body.subarray(offset, offset + blockBytes)), 0)
    }
    assert.equal(harness.engine.totals.uploadedBytes, body.length)
  })
})

describe('uploads to members that give nothing', () => {
  it('come after those to members who hand on, and are not forgotten', () => {
    const { harness, neighbours, handle } = giver(2 * blockBytes, 2)
    const [sink, relay] = neighbours
    assert.ok(sink && relay)
    sink.says({ kind: 'hello', version: 1, uploads: false, rendition: video })
    for (let index = 0; index < 10; index += 1) sink.asks(handle, index)
    for (let index = 10; index < 14; index += 1) relay.asks(handle, index)
    harness.pass(20_000)
    const served = harness.of('send-block').map(({ link }) => link)
    const last = served.lastIndexOf(relay.link)
    assert.ok(last < 8, `the relay waited for ${last} blocks`)
    assert.equal(served.length, 14)
  })
})
