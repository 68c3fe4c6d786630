import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { LinkId, WantId } from '../../../client-sdk/src/engine/inputs.js'
import { tuning } from '../../../client-sdk/src/engine/tuning.js'
import { watchedAhead, type UploadLimits } from '../../../client-sdk/src/engine/upload-budget.js'
import { UploadEasing } from '../../../client-sdk/src/engine/upload-easing.js'
import { blockBytes } from '../../../protocol/block.js'
import { EngineHarness } from './engine-harness.js'
import { bodyOf, memberId, segment } from './media.js'

const blocks = 60
const body = bodyOf(segment(1), blocks * blockBytes)
const unlimited: UploadLimits = {
  bytesMax: Number.POSITIVE_INFINITY,
  ratioMax: Number.POSITIVE_INFINITY,
  uploadedBefore: 0,
  watchedBefore: 0,
}

/** A member that has watched one segment, and a neighbour that asks for its blocks. */
function giver(limits: Partial<UploadLimits>) {
  const harness = new EngineHarness({ uploadLimits: { ...unlimited, ...limits } })
  harness.follow()
  harness.want(segment(1))
  harness.serveAll(body)
  const neighbour = harness.link(memberId(10))
  const [copy] = harness.engine['context'].store.all()
  assert.ok(copy)
  const { handle } = copy
  const asks = (count: number, from = 0): void => {
    for (let index = from; index < from + count; index += 1) neighbour.asks(handle, index)
  }
  return { harness, asks }
}

const given = (harness: EngineHarness): number =>
  harness.of('send-block').reduce((sum, { bytes }) => sum + bytes.length, 0)

describe('the owner’s limits on uploads', () => {
  it('give no block beyond the bytes of a session, then withdraw every offer and refuse', () => {
    const { harness, asks } = giver({ bytesMax: 5 * blockBytes + 100 })
    asks(10)
    harness.pass(1000)
    assert.equal(given(harness), 5 * blockBytes)
    assert.equal(harness.of('reject-block').length, 5)
    const lost = harness.of('send').filter(({ message }) => message.kind === 'lost')
    assert.equal(lost.length, 1)
    assert.equal(harness.engine.uploadLimit, 'session-cap-reached')
    asks(1, 20)
    assert.equal(harness.of('reject-block').length, 6)
    assert.deepEqual(harness.violations(), [])
  })

  it('count what was given before, in earlier sessions of the player', () => {
    const { harness, asks } = giver({ bytesMax: 10 * blockBytes, uploadedBefore: 9 * blockBytes })
    asks(10)
    harness.pass(1000)
    assert.equal(given(harness), blockBytes)
  })

  it('give no more than the ratio of what was watched, and go on when more was', () => {
    const ratioMax = 0.05
    const { harness, asks } = giver({ ratioMax, watchedBefore: -watchedAhead })
    asks(10)
    harness.pass(60_000)
    const allowed = Math.floor((ratioMax * body.length) / blockBytes)
    assert.equal(allowed, 3)
    assert.equal(given(harness), allowed * blockBytes)
    assert.equal(harness.engine.uploadLimit, 'ratio-reached')
    assert.equal(harness.of('reject-block').length, 0, 'what waits is not refused')
    harness.want(segment(2))
    for (let second = 0; second < 60; second += 1) {
      harness.pass(1000)
      harness.serveAll(bodyOf(segment(2), blocks * blockBytes))
    }
    assert.equal(given(harness), 2 * allowed * blockBytes)
  })

  it('give nothing with a ratio of 0', () => {
    const { harness, asks } = giver({ ratioMax: 0 })
    asks(3)
    harness.pass(1000)
    assert.deepEqual([given(harness), harness.of('reject-block').length], [0, 3])
  })

  it('hold for any limits and any demand', () => {
    const limits = fc.record({
      bytesMax: fc.integer({ min: 0, max: 80 * blockBytes }),
      ratioMax: fc.double({ min: 0, max: 3, noNaN: true }),
      uploadedBefore: fc.nat(20 * blockBytes),
      watchedBefore: fc.integer({ min: -watchedAhead, max: 20 * blockBytes }),
    })
    const script = fc.array(fc.tuple(fc.nat(blocks - 1), fc.nat(2000)), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(limits, script, (limit, asked) => {
        const { harness, asks } = giver(limit)
        for (const [index, pauseMs] of asked) {
          asks(1, index)
          harness.pass(pauseMs)
        }
        const watched = watchedAhead + limit.watchedBefore + body.length
        const allowed = Math.min(limit.bytesMax, limit.ratioMax * watched) - limit.uploadedBefore
        assert.ok(given(harness) <= Math.max(0, allowed), `${given(harness)} of ${allowed}`)
      }),
      { seed: 1, numRuns: 60 },
    )
  })

  it('become a slower line before they end, as neighbours see it', () => {
    const { harness, asks } = giver({ ratioMax: 1, watchedBefore: -watchedAhead })
    const uploads = harness.engine['uploads']
    const before = uploads.bytesPerSecond ?? 0
    asks(30)
    harness.pass(10_000)
    assert.equal(given(harness), 30 * blockBytes)
    assert.ok((uploads.bytesPerSecond ?? 0) < 0.6 * before)
  })
})

describe('uploads that could hurt the viewer', () => {
  it('are a part of the line while a segment is about to be late, and all of it again afterwards', () => {
    const { harness, asks } = giver({})
    harness.want(segment(2), { deadline: harness.now + tuning.lowBufferMs - 100 })
    const lineBytes = tuning.lineAssumed * tuning.lowBufferUploadShare
    assert.equal(harness.engine.uploadLimit, 'buffer-low')
    asks(60)
    harness.pass(500)
    assert.ok(given(harness) <= lineBytes * 1.5 + blockBytes, `${given(harness)} bytes`)
    harness.serveAll(bodyOf(segment(2), blocks * blockBytes))
    assert.equal(harness.engine.uploadLimit, undefined)
    harness.pass(500)
    assert.equal(given(harness), body.length)
  })

  const links = [1, 2, 3] as LinkId[]
  const seen = (...ms: number[]): ReadonlyMap<LinkId, number> =>
    new Map(ms.map((roundTrip, index) => [links[index] ?? links[0], roundTrip] as [LinkId, number]))

  it('become less at each look while round trips have grown on every link, and more again step by step', () => {
    const easing = new UploadEasing(new Map())
    easing.roundTripsSeen(seen(20, 50))
    assert.deepEqual([easing.share(0), easing.cause(0)], [1, undefined])
    easing.roundTripsSeen(seen(420, 450))
    const first = easing.share(0)
    assert.deepEqual([first, easing.cause(0)], [tuning.roundTripCut, 'round-trips-rise'])
    for (let look = 0; look < 20; look += 1) easing.roundTripsSeen(seen(420, 450))
    assert.equal(easing.share(0), tuning.roundTripShareMin)
    for (let look = 0; look < 5; look += 1) easing.roundTripsSeen(seen(25, 55))
    assert.ok(easing.share(0) > 0.5 && easing.share(0) < 1)
    for (let look = 0; look < 5; look += 1) easing.roundTripsSeen(seen(25, 55))
    assert.equal(easing.share(0), 1)
  })

  it('stay as they are while one neighbour’s line is full, or nobody measures', () => {
    const easing = new UploadEasing(new Map())
    easing.roundTripsSeen(seen(20, 50))
    easing.roundTripsSeen(seen(2000, 60))
    easing.roundTripsSeen(new Map())
    assert.equal(easing.share(0), 1)
  })

  it('believe after some minutes that the way has become longer', () => {
    const easing = new UploadEasing(new Map())
    easing.roundTripsSeen(seen(20))
    for (let look = 0; look < 400; look += 1) easing.roundTripsSeen(seen(620))
    assert.equal(easing.share(0), 1)
  })

  it('are told apart from wants that nobody has', () => {
    const { harness } = giver({})
    const want: WantId = harness.want(segment(2), { deadline: harness.now })
    assert.equal(harness.engine.uploadLimit, 'buffer-low')
    harness.tell({ kind: 'segment-abandoned', want })
    assert.equal(harness.engine.uploadLimit, undefined)
  })
})
