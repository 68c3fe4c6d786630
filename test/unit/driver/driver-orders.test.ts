import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { tuning } from '../../../client-sdk/src/engine/tuning.js'
import { blockBytes } from '../../../protocol/block.js'
import { DriverHarness, rendition, segment } from './driver-harness.js'

describe('the driver carries out orders:', () => {
  it('a fetch, with the source as the player gave it, and what comes of it', () => {
    const harness = new DriverHarness()
    harness.want(1)
    assert.deepEqual(
      harness.ports.cdn.fetches.map(({ request }) => request),
      [{ source: { url: 'https://cdn.example/1', headers: { 'x-a': 'b' } }, from: 0 }],
    )
    harness.serve(20_000)
    assert.deepEqual(harness.ports.player.answers, [
      'progress 1 16384/20000',
      'progress 1 20000/20000',
      'deliver 1 20000',
    ])
  })

  it('a fetch of a byte range names where it lies in its resource', () => {
    const harness = new DriverHarness()
    harness.want(1, { ...segment(1), rangeStart: 1000, rangeEnd: 50_000 })
    assert.deepEqual(harness.ports.cdn.fetches[0]?.request.resourceRange, { start: 1000, end: 50_000 })
  })

  it('a fetch that fails, and the player is told', () => {
    const harness = new DriverHarness()
    harness.want(1)
    harness.ports.cdn.fetches[0]?.listener.failed({ kind: 'status', status: 404 })
    assert.deepEqual(harness.ports.player.answers, ['fail 1 status'])
    harness.driver.close()
    assert.equal(harness.ports.cdn.fetches[0]?.aborts, 0, 'what is over is not aborted')
  })

  it('an abort, once', () => {
    const harness = new DriverHarness()
    harness.want(1)
    harness.driver.tell({ kind: 'segment-abandoned', want: 1 as never })
    assert.equal(harness.ports.cdn.fetches[0]?.aborts, 1)
    harness.driver.close()
    assert.equal(harness.ports.cdn.fetches[0]?.aborts, 1)
  })

  it('messages and blocks on links, and what comes from links reaches the engine', () => {
    const harness = new DriverHarness()
    const link = harness.link(2)
    assert.deepEqual(
      link.messages.map(({ kind }) => kind),
      ['hello'],
    )
    const { listener } = link
    assert.ok(listener)
    listener.message({ kind: 'hello', version: 1, uploads: true })
    listener.message({ kind: 'doing', handle: 5, segment: segment(1) })
    listener.message({ kind: 'have', handle: 5, bytes: blockBytes + 10 })
    harness.driver.tell({ kind: 'rendition-followed', rendition })
    harness.driver.tell({
      kind: 'segment-wanted',
      want: 1 as never,
      segment: segment(1),
      source: { url: 'https://cdn.example/1' },
      live: true,
      deadline: 60_000,
      firstByteTimeoutMs: 70_000,
      loadTimeoutMs: 70_000,
    })
    assert.deepEqual(link.orders.toSorted(), [`request 5 0 ${blockBytes}`, `request 5 ${blockBytes} 10`])
    listener.requestRejected(5, 0, blockBytes)
    listener.blockReceived(5, blockBytes, new Uint8Array(10))
    listener.blockRequested(1, 0, blockBytes)
    listener.requestCancelled(1, 0, blockBytes)
    assert.equal(link.orders.at(-1), `reject 1 0 ${blockBytes}`)
    assert.deepEqual(
      harness.inputs.slice(-4).map(({ kind }) => kind),
      ['request-rejected', 'block-received', 'block-requested', 'request-cancelled'],
    )
    assert.equal(harness.driver.totals.peerBytes, 10)
  })

  it('a cancel, when a neighbour is late', () => {
    const harness = new DriverHarness()
    const link = harness.link(2)
    link.listener?.message({ kind: 'doing', handle: 5, segment: segment(1) })
    link.listener?.message({ kind: 'have', handle: 5, bytes: 10 })
    harness.driver.tell({
      kind: 'segment-wanted',
      want: 1 as never,
      segment: segment(1),
      source: { url: 'https://cdn.example/1' },
      live: true,
      deadline: 60_000,
      firstByteTimeoutMs: 70_000,
      loadTimeoutMs: 70_000,
    })
    harness.ports.clock.runUntil(1600)
    assert.deepEqual(link.orders.slice(0, 2), ['request 5 0 10', 'cancel 5 0 10'])
  })

  it('no more blocks than may wait in the send buffer, until it has drained', () => {
    const harness = new DriverHarness()
    const link = harness.link(2)
    harness.want(1)
    harness.serve(600_000)
    const handle = link.messages.find((message) => message.kind === 'doing')?.handle ?? -1
    for (let index = 0; index < 30; index += 1) {
      link.listener?.blockRequested(handle, index * blockBytes, blockBytes)
    }
    harness.ports.clock.runUntil(1000)
    assert.ok(link.bufferedBytes >= tuning.backlogBytesUnknown / 2)
    assert.ok(link.bufferedBytes <= tuning.backlogBytesUnknown + blockBytes)
    for (let ms = 1000; ms < 3000; ms += tuning.backlogPollMs) {
      link.bufferedBytes = 0
      harness.ports.clock.runUntil(ms)
    }
    assert.equal(link.orders.filter((order) => order.startsWith('send')).length, 30)
  })

  it('the end of a link whose neighbour broke a rule, by the code of the rule', () => {
    const harness = new DriverHarness()
    const link = harness.link(2)
    link.listener?.message({ kind: 'lost', handle: 99 })
    assert.deepEqual(link.closedWith, ['handle-unknown'])
    assert.equal(harness.driver.links, 0)
    assert.deepEqual(harness.inputs.at(-1), { kind: 'link-closed', link: 1 })
  })

  it('all links closed, at the owner’s word, and goes on without', () => {
    const harness = new DriverHarness()
    const links = [harness.link(2), harness.link(3)]
    assert.equal(harness.driver.links, 2)
    harness.driver.closeLinks('consent-withdrawn')
    assert.deepEqual(
      links.map(({ closedWith }) => closedWith),
      [['consent-withdrawn'], ['consent-withdrawn']],
    )
    assert.equal(harness.driver.links, 0)
    harness.want(1)
    harness.serve(10)
    assert.equal(harness.ports.player.answers.at(-1), 'deliver 1 10')
  })
})
