import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { StreamId } from '../../../protocol/ids.js'
import type { ReportRequest } from '../../../protocol/tracker-messages.js'
import { CoreHarness } from './core-harness.js'

const mebibyte = 1024 * 1024

function report(figures: Partial<ReportRequest>): ReportRequest {
  const none = { cdnBytes: 0, peerBytes: 0, uploadedBytes: 0, wastedBytes: 0, rescues: 0, links: 0 }
  return { kind: 'report', ...none, ...figures }
}

describe('totals of what members moved', () => {
  it('count what cumulative reports add, and offload', () => {
    const harness = new CoreHarness()
    const one = harness.join(1)
    const two = harness.join(2)
    harness.say(one, report({ cdnBytes: 10 * mebibyte, uploadedBytes: 5 * mebibyte, rescues: 1 }))
    harness.pass(10_000)
    harness.say(one, report({ cdnBytes: 20 * mebibyte, uploadedBytes: 9 * mebibyte, rescues: 3 }))
    harness.say(two, report({ peerBytes: 60 * mebibyte, wastedBytes: mebibyte }))
    const expected = {
      bytes: { cdn: 20 * mebibyte, peers: 60 * mebibyte, uploaded: 9 * mebibyte, wasted: mebibyte },
      rescues: 3,
      offload: 0.75,
    }
    const { streams, totals } = harness.core.stats(harness.now, 10)
    assert.deepEqual([totals.streams, totals.members], [1, 2])
    const [stream] = streams
    assert.ok(stream)
    for (const { bytes, rescues, offload } of [totals, stream])
      assert.deepEqual({ bytes, rescues, offload }, expected)
  })

  it('survive those who reported, and the stream', () => {
    const harness = new CoreHarness()
    const one = harness.join(1)
    harness.join(2)
    harness.say(one, report({ peerBytes: mebibyte }))
    harness.disconnect(one)
    assert.equal(harness.core.stats(harness.now, 1).streams[0]?.bytes.peers, mebibyte)
    for (const client of harness.clients.values()) harness.disconnect(client)
    const { streams, totals } = harness.core.stats(harness.now, 1)
    assert.deepEqual(streams, [])
    assert.equal(totals.bytes.peers, mebibyte)
  })

  it('take a report that went back as a new count', () => {
    const harness = new CoreHarness()
    const one = harness.join(1)
    harness.say(one, report({ cdnBytes: 5 * mebibyte, peerBytes: 5 * mebibyte }))
    harness.pass(1000)
    harness.say(one, report({ cdnBytes: 6 * mebibyte, peerBytes: mebibyte }))
    const { cdn, peers } = harness.core.stats(harness.now, 1).totals.bytes
    assert.deepEqual([cdn, peers], [11 * mebibyte, 6 * mebibyte])
  })

  it('cut off what no member can have moved', () => {
    const harness = new CoreHarness()
    const liar = harness.join(1)
    harness.pass(1000)
    const huge = Number.MAX_SAFE_INTEGER
    harness.say(liar, report({ cdnBytes: huge, rescues: huge }))
    const { bytes, rescues } = harness.core.stats(harness.now, 1).totals
    assert.equal(bytes.cdn, 250_000_000, 'a gigabit per second for two seconds')
    assert.equal(rescues, 20)
    harness.say(liar, report({ cdnBytes: huge, rescues: huge }))
    assert.equal(harness.core.stats(harness.now, 1).totals.bytes.cdn, 250_000_000, 'and not again')
  })

  it('never go back, and the overall is the sum over streams that go on', () => {
    const figure = fc.oneof(fc.nat(100_000_000), fc.maxSafeNat())
    const step = fc.record({ who: fc.nat(5), cdn: figure, peer: figure, ms: fc.nat(20_000) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const harness = new CoreHarness()
        const clients = [0, 1, 2, 3, 4, 5].map((who) =>
          harness.join(who, { stream: (who % 2 === 0 ? 'even' : 'odd') as StreamId }),
        )
        let before = harness.core.stats(harness.now, 0).totals
        for (const { who, cdn, peer, ms } of steps) {
          harness.pass(ms)
          const client = clients[who]
          assert.ok(client)
          harness.say(client, report({ cdnBytes: cdn, peerBytes: peer, rescues: peer }))
          const { totals, streams } = harness.core.stats(harness.now, 10)
          const sumOf = (read: (of: typeof totals | (typeof streams)[0]) => number) =>
            streams.reduce((sum, stream) => sum + read(stream), 0)
          assert.ok(totals.bytes.cdn >= before.bytes.cdn && totals.bytes.peers >= before.bytes.peers)
          assert.equal(
            sumOf((of) => of.bytes.cdn),
            totals.bytes.cdn,
          )
          assert.equal(
            sumOf((of) => of.bytes.peers),
            totals.bytes.peers,
          )
          assert.equal(
            sumOf((of) => of.rescues),
            totals.rescues,
          )
          assert.ok(totals.offload >= 0 && totals.offload <= 1)
          before = totals
        }
      }),
      { numRuns: 50 },
    )
  })
})
