import assert from 'node:assert/strict'
import type { RenditionId, StreamId } from '../../../protocol/ids.js'
import type { ReportRequest } from '../../../protocol/tracker-messages.js'
import { CoreHarness, memberId, testKeys } from './core-harness.js'

const mebibyte = 1024 ** 2
const none = { cdnBytes: 0, peerBytes: 0, uploadedBytes: 0, wastedBytes: 0, rescues: 0, links: 0 }

function report(figures: Partial<ReportRequest>): ReportRequest {
  return { kind: 'report', ...none, ...figures }
}

describe('what the tracker tells its operator', () => {
  let harness: CoreHarness

  beforeEach(() => {
    harness = new CoreHarness()
  })

  const stats = () => harness.core.stats(harness.now, 10)

  it('counts links that came about and that did not, and stalls', () => {
    const one = harness.join(1)
    harness.now = 10_000
    harness.say(one, report({ linksMade: 3, linksFailed: { 'connection-failed': 2 }, stalls: 1 }))
    harness.now = 20_000
    harness.say(one, report({ linksMade: 4, linksFailed: { 'connection-failed': 2, other: 1 }, stalls: 1 }))
    const { links, stalls } = stats().totals
    assert.deepEqual(links, {
      made: 4,
      failed: { 'connection-failed': 2, 'offer-missing': 0, 'no-room': 0, other: 1 },
    })
    assert.equal(stalls, 1)
    assert.deepEqual(stats().streams[0]?.links, links)
  })

  it('counts the members that are held back from giving, by the rule that each told last', () => {
    const [one, two, three] = [harness.join(1), harness.join(2), harness.join(3)]
    harness.join(4)
    for (const client of [one, two, three]) harness.say(client, report({ uploadRule: 'cellular' }))
    harness.say(two, report({ uploadRule: 'battery-low' }))
    harness.say(three, report({}))
    const held = { cellular: 1, 'battery-low': 1 }
    assert.deepEqual([stats().totals.uploadsHeldBack, stats().streams[0]?.uploadsHeldBack], [held, held])
    harness.disconnect(one)
    assert.deepEqual(stats().totals.uploadsHeldBack, { 'battery-low': 1 })
  })

  it('believes no member more links or stalls than one can have', () => {
    const liar = harness.join(1)
    harness.now = 9000
    harness.say(liar, report({ linksMade: 1e9, stalls: 1e9, latencyMs: 1e12 }))
    const { links, stalls, recent } = stats().totals
    assert.deepEqual([links.made, stalls, recent.latencyMs], [100, 10, 3_600_000])
  })

  it('tells how it goes of late: rates fade, and are unknown when nobody has reported for long', () => {
    const one = harness.join(1)
    harness.join(2)
    assert.deepEqual([stats().streams[0]?.recent.offload, stats().streams[0]?.copiesPerSegment], [null, null])
    for (let time = 10; time <= 600; time += 10) {
      harness.now = time * 1000
      const moved = (time / 10) * mebibyte
      harness.say(one, report({ cdnBytes: moved, peerBytes: 3 * moved, latencyMs: 5000 }))
    }
    const { recent, copiesPerSegment } = stats().streams[0] ?? assert.fail()
    assert.equal(recent.offload, 0.75)
    assert.equal(recent.latencyMs, 5000)
    assert.ok(
      Math.abs(recent.cdnBytesPerSecond / (mebibyte / 10) - 1) < 0.1,
      String(recent.cdnBytesPerSecond),
    )
    assert.equal(copiesPerSegment, 0.5, 'two viewers, a quarter from the CDN')
    harness.now += 3_600_000
    const later = stats().streams[0]
    assert.deepEqual(
      [later?.recent.offload, later?.recent.latencyMs, later?.copiesPerSegment],
      [null, null, null],
    )
  })

  it('says whether members can check what neighbours give', () => {
    const digests = ({ core }: CoreHarness, now: number) => core.stats(now, 10).streams[0]?.digests
    harness.join(1)
    assert.equal(digests(harness, 0), 'none')
    const ruled = new CoreHarness({}, 1, { ...testKeys, digestKeyOf: () => 'A'.repeat(43) })
    ruled.join(1)
    assert.equal(digests(ruled, 0), 'missing')
    const segment = { rendition: 'v1' as RenditionId, discontinuity: 0, sequence: 1 }
    const digest = { segment, bytes: 1, root: 'A'.repeat(43), signature: 'A'.repeat(86), hashes: [] }
    ruled.step({ kind: 'digests-made', stream: 'news' as StreamId, digests: [digest] })
    assert.equal(digests(ruled, 59_999), 'told')
    assert.equal(digests(ruled, 60_000), 'missing')
  })

  it('tells the copies of each segment by what the witness saw, once it has seen enough', () => {
    const one = harness.join(1)
    const digest = (sequence: number) => ({
      segment: { rendition: 'v720' as RenditionId, discontinuity: 0, sequence },
      bytes: mebibyte,
      root: 'A'.repeat(43),
      signature: 'A'.repeat(86),
      hashes: Array.from({ length: mebibyte / 16_384 }, () => 'A'.repeat(43)),
    })
    const copies = () => {
      const { copiesPerSegment, copiesPerCell, copiesFrom } = stats().streams[0] ?? assert.fail()
      return [copiesPerSegment, copiesPerCell, copiesFrom]
    }
    for (let sequence = 1; sequence <= 30; sequence += 1) {
      harness.now = sequence * 10_000
      harness.step({ kind: 'digests-made', stream: 'news' as StreamId, digests: [digest(sequence)] })
      // Two renditions' worth from the CDN for each segment of one: what an estimate from shares cannot see.
      const moved = sequence * 2 * mebibyte
      harness.say(one, report({ cdnBytes: moved, peerBytes: moved }))
      if (sequence === 2) assert.equal(copies()[2], 'members')
    }
    assert.deepEqual(copies(), [2, 2, 'witness'])
    assert.equal(stats().streams[0]?.cells.length, 1)
  })

  it('tells where members are, the most first, and of how many nothing is known', () => {
    harness.join(1, {}, { networks: [], country: 'CN', region: 'CN-HN' })
    harness.join(2, {}, { networks: [], country: 'CN', region: 'CN-HN' })
    harness.join(3, {}, { networks: [], country: 'CN', region: 'CN-BJ', asn: 7 })
    harness.join(4, {}, { networks: ['net'] })
    harness.join(5, {}, { networks: [], country: 'DE' })
    assert.deepEqual(harness.core.regions(), [
      { country: 'CN', region: 'CN-HN', members: 2 },
      { country: 'CN', region: 'CN-BJ', members: 1 },
      { members: 1 },
      { country: 'DE', members: 1 },
    ])
  })

  it('counts joins, takeovers, introductions, signals and errors by code', () => {
    harness.join(1)
    const two = harness.join(2)
    harness.say(two, { kind: 'signal', to: memberId(1), signals: [{ type: 'offer' }] })
    harness.say(two, { kind: 'signal', to: memberId(9), signals: [{ type: 'offer' }] })
    harness.sayText(two, 'nonsense')
    const resume = two.replies.flatMap((reply) => (reply.kind === 'joined' ? [reply.resume] : []))[0] ?? ''
    harness.join(2, { resume })
    assert.deepEqual(stats().counts, {
      joins: 3,
      takeovers: 1,
      introductions: 2,
      signals: 1,
      errors: { 'not-introduced': 1, malformed: 1, 'member-in-use': 1 },
    })
  })

  it('counts cells by size, also of streams that it does not list', () => {
    for (let index = 0; index < 74; index += 1) harness.join(index, { stream: 'big' as StreamId })
    harness.join(100, { stream: 'small' as StreamId })
    assert.deepEqual(harness.core.stats(0, 0).totals.cells, {
      '1': 1,
      '2-8': 0,
      '9-32': 1,
      '33-63': 0,
      '64': 1,
    })
  })
})
