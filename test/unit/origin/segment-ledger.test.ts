import assert from 'node:assert/strict'
import { SegmentLedger } from '../../../demo/origin/traffic/segment-ledger.js'
import type { SegmentAccount } from '../../../demo/origin/traffic/segment-account.js'

const segment = (sequence: number, part: Partial<SegmentAccount> = {}): SegmentAccount => {
  return { stream: 'live', rendition: 'high', sequence, offset: 0, sizeBytes: 1000, ...part }
}

describe('the segment ledger', () => {
  let ledger: SegmentLedger
  beforeEach(() => {
    ledger = new SegmentLedger({ windowSegments: 3, rollingSegments: 2, listedSegments: 4 }, 5)
  })

  const send = (account: SegmentAccount, start = 0, end = account.sizeBytes): void => {
    ledger.recordRequest('segment', [account], start, end)
    ledger.recordBytes('segment', [account], start, end)
  }

  it('counts copies as bytes sent divided by size', () => {
    send(segment(1))
    send(segment(1), 0, 500)
    const stats = ledger.stats(9)
    assert.deepEqual(stats.segments, [{ ...sentFor(1), bytesSent: 1500, requests: 2, copies: 1.5 }])
    assert.deepEqual([stats.sinceMs, stats.nowMs], [5, 9])
    assert.equal(stats.totals.segmentBytes, 1500)
    assert.equal(stats.totals.segmentRequests, 2)
  })

  it('counts a request that sent nothing', () => {
    ledger.recordRequest('segment', [segment(1)], 0, 1000)
    assert.deepEqual(ledger.stats(9).segments, [{ ...sentFor(1), requests: 1 }])
  })

  it('splits the bytes of a shared file among its segments', () => {
    const accounts = [segment(0, { offset: 100 }), segment(1, { offset: 1100 })]
    ledger.recordRequest('segment', accounts, 600, 1200)
    ledger.recordBytes('segment', accounts, 600, 1200)
    const sent = ledger.stats(9).segments.map(({ sequence, bytesSent }) => [sequence, bytesSent])
    assert.deepEqual(sent, [
      [0, 500],
      [1, 100],
    ])
  })

  it('gives the bytes before the first segment of a shared file to none', () => {
    const accounts = [segment(0, { offset: 100 })]
    ledger.recordRequest('segment', accounts, 0, 100)
    ledger.recordBytes('segment', accounts, 0, 100)
    assert.deepEqual(ledger.stats(9).segments, [])
    assert.equal(ledger.stats(9).totals.segmentBytes, 100)
  })

  it('keeps playlists and keys apart from segments', () => {
    for (const kind of ['playlist', 'key', 'init'] as const) {
      ledger.recordRequest(kind, [], 0, 70)
      ledger.recordBytes(kind, [], 0, 70)
    }
    ledger.recordRequest('playlist', [], 0, 70, 'witness')
    ledger.recordBytes('playlist', [], 0, 70, 'witness')
    assert.deepEqual(ledger.stats(9).totals, {
      segmentRequests: 0,
      segmentBytes: 0,
      playlistRequests: 1,
      playlistBytes: 70,
      otherRequests: 2,
      otherBytes: 140,
      witnessRequests: 0,
      witnessBytes: 0,
      witnessPlaylistRequests: 1,
    })
  })

  it('rolls over the newest segments that have left the playlist of their rendition', () => {
    assert.equal(ledger.stats(9).rolling.copies, null)
    // The window is 3, so 6 completes 1 to 3; the last two of them are segments 2 and 3.
    for (const sequence of [1, 2, 3, 4, 5, 6]) send(segment(sequence))
    send(segment(2), 0, 500)
    send(segment(6))
    send(segment(1), 0, 1000)
    send(segment(4, { rendition: 'low' }))
    ledger.recordBytes('segment', [segment(3)], 0, 1000, 'witness')
    assert.deepEqual(ledger.stats(9).rolling, {
      segments: 2,
      sizeBytes: 2000,
      bytesSent: 2500,
      copies: 1.25,
      witnessCopies: 0.5,
    })
  })

  it("keeps a witness's fetches apart", () => {
    send(segment(1))
    const before = ledger.stats(9)
    ledger.recordRequest('segment', [segment(1)], 0, 1000, 'witness')
    ledger.recordBytes('segment', [segment(1)], 0, 400, 'witness')
    const { totals, segments } = ledger.stats(9)
    assert.deepEqual(totals, { ...before.totals, witnessRequests: 1, witnessBytes: 400 })
    assert.deepEqual(segments, [{ ...before.segments[0], witnessRequests: 1, witnessBytes: 400 }])
  })

  it('lists the newest segments only', () => {
    for (let sequence = 0; sequence < 10; sequence += 1) send(segment(sequence))
    assert.deepEqual(
      ledger.stats(9).segments.map((entry) => entry.sequence),
      [6, 7, 8, 9],
    )
  })

  it('starts over', () => {
    send(segment(1))
    ledger.reset(8)
    const stats = ledger.stats(9)
    assert.deepEqual([stats.sinceMs, stats.totals.segmentBytes, stats.segments.length], [8, 0, 0])
  })
})

function sentFor(sequence: number) {
  const nothing = { bytesSent: 0, requests: 0, copies: 0, witnessBytes: 0, witnessRequests: 0 }
  return { stream: 'live', rendition: 'high', sequence, sizeBytes: 1000, ...nothing }
}
