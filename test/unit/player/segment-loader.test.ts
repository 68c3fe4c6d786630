import { deepEqual, equal, notEqual, ok, throws } from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import type { MemberId } from '../../../protocol/ids.js'
import type { FetchFailure } from '../../../client-sdk/src/engine/inputs.js'
import type { Delivery } from '../../../client-sdk/src/engine/outputs.js'
import type { OrderListener, SegmentDesk } from '../../../client-sdk/src/player/segment-desk.js'
import { SegmentLoader } from '../../../client-sdk/src/player/segment-loader.js'
import { VirtualClock } from '../../support/swarm/virtual-clock.js'
import { contextOf, FakeLoader, policy, recordingCallbacks } from './fake-loader.js'

class FakeDesk implements SegmentDesk {
  mode: 'takes' | 'declines' | 'answers-at-once' | 'releases-at-once' = 'takes'
  cdnBytesPerSecond: number | undefined = 1_000_000
  listener: OrderListener | undefined
  cancelled = 0
  passed = 0

  order(_context: unknown, _config: unknown, listener: OrderListener) {
    this.listener = listener
    if (this.mode === 'declines') return undefined
    if (this.mode === 'answers-at-once') listener.delivered([new Uint8Array(4)], 4, delivery())
    if (this.mode === 'releases-at-once') listener.released()
    return { cancel: () => void (this.cancelled += 1) }
  }

  passedThrough(_context: unknown, bytes: number): void {
    this.passed += bytes
  }
}

function delivery(changes: Partial<Delivery> = {}): Delivery {
  return {
    startedAt: 1000,
    firstByteAt: 1100,
    completedAt: 1500,
    cdnBytes: 4,
    peerBytes: 0,
    sources: [],
    ...changes,
  }
}

describe('SegmentLoader', () => {
  let clock: VirtualClock
  let desk: FakeDesk
  let original: FakeLoader
  let loader: SegmentLoader
  let record: ReturnType<typeof recordingCallbacks>

  beforeEach(() => {
    clock = new VirtualClock()
    clock.runUntil(1000)
    desk = new FakeDesk()
    original = new FakeLoader({})
    loader = new SegmentLoader(original, desk, clock)
    record = recordingCallbacks()
  })

  const load = (): void => loader.load(contextOf(), policy, record.callbacks)

  it('lends hls.js the stats of the original loader before anybody knows the way', () => {
    equal(loader.stats, original.stats)
  })

  it('reports progress with the whole data and then success, once', () => {
    load()
    clock.runUntil(2000)
    desk.listener?.delivered([Uint8Array.of(1, 2), Uint8Array.of(3)], 3, delivery())
    desk.listener?.delivered([Uint8Array.of(9, 9), Uint8Array.of(9)], 3, delivery())
    deepEqual(record.calls, ['progress 3', 'success 200'])
    deepEqual([...new Uint8Array(record.data ?? new ArrayBuffer(0))], [1, 2, 3])
    deepEqual([loader.stats.loaded, loader.stats.total], [3, 3])
    equal(loader.stats.loading.end, 2000)
    ok(loader.stats.bwEstimate > 0)
    equal(original.state, 'new')
  })

  it('answers 206 for a byte range', () => {
    loader.load(contextOf({ rangeStart: 10, rangeEnd: 14 }), policy, record.callbacks)
    desk.listener?.delivered([new Uint8Array(4)], 4, delivery())
    deepEqual(record.calls, ['progress 4', 'success 206'])
  })

  it('hands out a fresh buffer, so that a transfer leaves the engine its blocks', () => {
    load()
    const block = Uint8Array.of(1, 2, 3)
    desk.listener?.delivered([block], 3, delivery())
    notEqual(record.data, block.buffer)
    structuredClone(record.data, { transfer: [record.data as ArrayBuffer] })
    deepEqual([...block], [1, 2, 3])
  })

  it('refuses blocks that do not add up, and can still be released afterwards', () => {
    load()
    throws(() => desk.listener?.delivered([new Uint8Array(2)], 3, delivery()), /2 bytes were delivered/)
    desk.listener?.released()
    equal(original.state, 'loading')
    deepEqual(record.calls, [])
  })

  it('never answers within load', async () => {
    desk.mode = 'answers-at-once'
    load()
    deepEqual(record.calls, [])
    await Promise.resolve()
    deepEqual(record.calls, ['progress 4', 'success 200'])
  })

  it('says nothing when it was destroyed before an answer that came within load', async () => {
    desk.mode = 'answers-at-once'
    load()
    loader.destroy()
    await Promise.resolve()
    deepEqual(record.calls, [])
  })

  const errors: readonly (readonly [FetchFailure, string])[] = [
    [{ kind: 'status', status: 404 }, 'error 404 HTTP status 404'],
    [{ kind: 'network' }, 'error 0'],
    [{ kind: 'truncated' }, 'error 0 The response ended early'],
    [{ kind: 'beyond-end' }, 'error 416 Range Not Satisfiable'],
    [{ kind: 'timeout' }, 'timeout'],
  ]
  for (const [failure, call] of errors) {
    it(`turns a fetch that failed by ${failure.kind} into "${call}"`, () => {
      load()
      desk.listener?.failed(failure)
      desk.listener?.failed(failure)
      deepEqual(record.calls, [call])
    })
  }

  it('tells of a time-out itself when the engine does not answer', () => {
    load()
    clock.runUntil(20_999)
    deepEqual(record.calls, [])
    clock.runUntil(21_000)
    deepEqual(record.calls, ['timeout'])
    equal(loader.stats.aborted, true)
    equal(desk.cancelled, 1)
  })

  it('aborts an order, tells of it and leaves no timer', () => {
    load()
    loader.abort()
    deepEqual(record.calls, ['abort'])
    equal(loader.stats.aborted, true)
    equal(desk.cancelled, 1)
    equal(clock.pending, 0)
    desk.listener?.delivered([new Uint8Array(3)], 3, delivery())
    desk.listener?.failed({ kind: 'network' })
    deepEqual(record.calls, ['abort'])
  })

  it('does not call a finished segment aborted', () => {
    load()
    desk.listener?.delivered([new Uint8Array(4)], 4, delivery())
    loader.abort()
    equal(loader.stats.aborted, false)
    loader.destroy()
    equal(loader.stats.aborted, false)
  })

  it('drops its callbacks on destroy and cancels the order', () => {
    load()
    loader.destroy()
    deepEqual([desk.cancelled, clock.pending, original.state], [1, 0, 'destroyed'])
    equal(loader.stats.aborted, true)
    desk.listener?.delivered([new Uint8Array(3)], 3, delivery())
    desk.listener?.released()
    deepEqual(record.calls, [])
    equal(original.request, undefined)
  })

  it('can be used once', () => {
    load()
    throws(load, /Loader can only be used once/)
  })

  it('passes a declined load through, with the same stats, and counts its bytes', () => {
    desk.mode = 'declines'
    load()
    equal(original.state, 'loading')
    equal(clock.pending, 0)
    original.succeed(5000)
    deepEqual(record.calls, ['success 200'])
    deepEqual([desk.passed, loader.stats.loaded], [5000, 5000])
    equal(loader.stats, original.stats)
  })

  it('aborts and destroys the original loader where the load passes through', () => {
    desk.mode = 'declines'
    load()
    loader.abort()
    deepEqual(record.calls, ['abort'])
    loader.destroy()
    equal(original.state, 'destroyed')
  })

  it('starts over with the original loader when sharing ends under way', () => {
    load()
    desk.listener?.progressed(100, 400)
    desk.listener?.released()
    deepEqual([loader.stats.loaded, loader.stats.total, loader.stats.loading.first], [0, 0, 0])
    equal(clock.pending, 0)
    original.succeed(400)
    deepEqual(record.calls, ['success 200'])
  })

  it('takes a release that comes while the order is placed', () => {
    desk.mode = 'releases-at-once'
    load()
    equal(original.state, 'loading')
    equal(clock.pending, 0)
  })

  it('shows progress at the pace of the CDN while it waits for neighbours', () => {
    load()
    equal(loader.stats.loading.start, 1000)
    clock.runUntil(1200)
    desk.listener?.progressed(200_000, 1_000_000)
    clock.runUntil(3000)
    deepEqual([loader.stats.loaded, loader.stats.total], [200_000, 1_000_000])
    equal(loader.stats.loading.start, 1000)
    // 200 kB in 200 ms: the CDN's million bytes a second, although two seconds have passed.
    equal(clock.now() - loader.stats.loading.first, 200)
  })

  it('shows the real first byte where no CDN estimate exists', () => {
    desk.cdnBytesPerSecond = undefined
    load()
    clock.runUntil(1200)
    desk.listener?.progressed(200_000, undefined)
    clock.runUntil(3000)
    equal(loader.stats.loading.first, 1200)
    equal(loader.stats.total, 0)
  })

  it('reports a segment from neighbours as the CDN would have brought it', () => {
    load()
    clock.runUntil(4000)
    const sources = [{ member: 'a'.repeat(40) as MemberId, bytes: 500_000 }]
    desk.listener?.delivered(
      [new Uint8Array(500_000)],
      500_000,
      delivery({
        peerBytes: 500_000,
        cdnBytes: 0,
        sources,
        cdnBytesPerSecond: 1_000_000,
        cdnFirstByteMs: 80,
      }),
    )
    deepEqual({ ...loader.stats.loading }, { start: 3420, first: 3500, end: 4000 })
    equal(loader.stats.bwEstimate, 8_000_000)
  })

  it('gives the original loader the word on cache age and headers', () => {
    equal(loader.getCacheAge(), 7)
    equal(loader.getResponseHeader('age'), 'value of age')
  })
})
