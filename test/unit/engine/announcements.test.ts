import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { FetchId } from '../../../client-sdk/src/engine/inputs.js'
import { tuning } from '../../../client-sdk/src/engine/tuning.js'
import { blockBytes } from '../../../protocol/block.js'
import { announcedSegmentsPerLinkMax } from '../../../protocol/limits.js'
import { EngineHarness } from './engine-harness.js'
import { blockOf, bodyOf, memberId, segment, video } from './media.js'
import type { ScriptedNeighbour } from './scripted-neighbour.js'

const body = bodyOf(segment(1), 5 * blockBytes + 10)

/** A member with a neighbour. It fetches what it wants at once, and each segment is announced when time has passed. */
function member(uploadBytesPerSecondMax = Number.POSITIVE_INFINITY) {
  const harness = new EngineHarness({ uploadBytesPerSecondMax })
  harness.follow()
  const neighbour = harness.link(memberId(2))
  return { harness, neighbour }
}

/** The player wants a segment and the CDN begins to answer. */
function begin(harness: EngineHarness, sequence: number): FetchId {
  const timeouts = { firstByteTimeoutMs: 60_000, loadTimeoutMs: 60_000 }
  harness.want(segment(sequence), { live: false, deadline: harness.now, ...timeouts })
  const fetch = [...harness.fetches.keys()].at(-1)
  assert.ok(fetch !== undefined)
  harness.start(fetch, 0)
  return fetch
}

/** The player wants a segment, and has it. */
function play(harness: EngineHarness, sequence: number, bytes = bodyOf(segment(sequence), blockBytes)): void {
  const fetch = begin(harness, sequence)
  harness.progress(fetch, bytes)
  harness.end(fetch)
}

/** What the neighbour was told of segments, in order, in short. */
function told(neighbour: ScriptedNeighbour): string[] {
  return neighbour.ordersOf('send').flatMap(({ message }) => {
    switch (message.kind) {
      case 'doing':
        return [`doing ${message.handle}: segment ${message.segment.sequence}`]
      case 'holds':
        return [
          `holds ${message.handle}: ${message.runs.map(({ first, count }) => `${first}+${count}`).join()}`,
        ]
      case 'have':
        return [`have ${message.handle}: ${message.bytes}`]
      case 'ends':
        return [`ends ${message.handle}: ${message.bytes}`]
      case 'lost':
        return [`lost ${message.handle}`]
      default:
        return []
    }
  })
}

describe('what a member tells of its segments', () => {
  it('is the first block at once, then batches, then the whole with its length', () => {
    const { harness, neighbour } = member()
    const fetch = begin(harness, 1)
    harness.progress(fetch, blockOf(body, 0))
    assert.deepEqual(told(neighbour), ['doing 1: segment 1', 'holds 1: 0+1'])
    harness.progress(fetch, blockOf(body, 1))
    harness.pass(tuning.announceIntervalMs - 1)
    harness.progress(fetch, blockOf(body, 2))
    assert.equal(told(neighbour).length, 2)
    harness.pass(1)
    assert.deepEqual(told(neighbour).slice(2), ['holds 1: 1+2'])
    harness.progress(fetch, body.subarray(3 * blockBytes))
    harness.end(fetch)
    harness.pass(tuning.announceIntervalMs)
    assert.deepEqual(told(neighbour).slice(3), [`have 1: ${body.length}`])
    harness.pass(60_000)
    assert.equal(told(neighbour).length, 4, 'once')
  })

  it('comes as often as the line can send what neighbours ask for, where it is full at times', () => {
    const { harness, neighbour } = member()
    const large = bodyOf(segment(1), 60 * blockBytes)
    play(harness, 1, large)
    harness.pass(tuning.announceIntervalMs)
    const handle = neighbour.heard('doing')[0]?.handle ?? 0
    // From here on three blocks leave in each 20 ms, and one waits.
    neighbour.backlog = blockBytes
    for (let index = 0; index < 60; index += 1) neighbour.asks(handle, index)
    while (harness.engine.watchesBacklogs) harness.pass(tuning.backlogPollMs)
    neighbour.backlog = 0

    const fetch = begin(harness, 2)
    let blocks = 0
    const tellsAfter = (ms: number) => {
      harness.progress(fetch, blockOf(body, blocks))
      blocks += 1
      const before = told(neighbour).length
      harness.pass(ms - 1)
      assert.equal(told(neighbour).length, before, `not before ${ms} ms`)
      harness.pass(1)
      assert.equal(told(neighbour).length, before + 1)
    }
    harness.progress(fetch, blockOf(body, 0))
    blocks = 1
    tellsAfter(tuning.announceIdleMs)
    neighbour.backlog = 60 * blockBytes
    for (let index = 0; index < 60; index += 1) neighbour.asks(handle, index)
    tellsAfter(tuning.announceBusyMs)
  })

  it('is told to who gives nothing when the line has little left to send: it would ask in vain', () => {
    const { harness, neighbour } = member()
    const sink = harness.link(memberId(5), 'silent')
    sink.says({ kind: 'hello', version: 1, uploads: false, rendition: video })
    play(harness, 1, bodyOf(segment(1), 60 * blockBytes))
    harness.pass(tuning.announceIntervalMs)
    assert.deepEqual(told(sink), told(neighbour))
    const handle = neighbour.heard('doing')[0]?.handle ?? 0
    neighbour.backlog = blockBytes
    for (let index = 0; index < 60; index += 1) neighbour.asks(handle, index)
    harness.pass(tuning.backlogPollMs * 10)
    assert.ok(harness.engine.watchesBacklogs)

    neighbour.backlog = 60 * blockBytes
    const before = told(sink).length
    play(harness, 2)
    harness.pass(tuning.announceBusyMs)
    assert.ok(told(neighbour).length > before)
    assert.equal(told(sink).length, before)
    neighbour.backlog = blockBytes
    while (harness.engine.watchesBacklogs) harness.pass(tuning.backlogPollMs)
    harness.pass(tuning.announceBusyMs)
    assert.deepEqual(told(sink), told(neighbour))
    assert.deepEqual(harness.violations(), [])
  })

  it('is where the segment ends, before its last block, while some of the rest is still missing', () => {
    const { harness, neighbour } = member()
    harness.follow()
    const timeouts = { firstByteTimeoutMs: 60_000, loadTimeoutMs: 60_000 }
    harness.want(segment(1), { live: false, deadline: harness.now, ...timeouts })
    const fetch = [...harness.fetches.keys()].at(-1)
    assert.ok(fetch !== undefined)
    harness.start(fetch, 3 * blockBytes)
    harness.progress(fetch, body.subarray(3 * blockBytes))
    harness.end(fetch)
    harness.pass(tuning.announceIntervalMs)
    const handle = neighbour.heard('doing')[0]?.handle ?? 0
    assert.deepEqual(told(neighbour).slice(-2), [`ends ${handle}: ${body.length}`, `holds ${handle}: 5+1`])
  })

  it('is the last block as soon as it is here, whoever gave it: else it would come to most behind all others', () => {
    const taker = member()
    const source = taker.harness.link(memberId(4))
    const theirs = source.offers(segment(2), 1, 1)
    const bytes = 2 * blockBytes + 10
    source.says({ kind: 'ends', handle: theirs, bytes })
    source.says({ kind: 'holds', handle: theirs, runs: [{ first: 2, count: 1 }] })
    taker.harness.want(segment(2), { deadline: taker.harness.now + 60_000 })
    source.givesUntilDone(bodyOf(segment(2), bytes), [2])
    taker.harness.pass(tuning.announceIntervalMs)
    assert.deepEqual(told(taker.neighbour), ['doing 1: segment 2', `ends 1: ${bytes}`, 'holds 1: 2+1'])
    assert.deepEqual(taker.harness.violations(), [])
  })

  it('is nothing new to a neighbour that has it all, until that one has lost it', () => {
    const { harness, neighbour } = member()
    const handle = neighbour.has(segment(1), body.length)
    play(harness, 1, body)
    harness.pass(tuning.announceIntervalMs)
    assert.deepEqual(told(neighbour), [])
    neighbour.says({ kind: 'lost', handle })
    assert.deepEqual(told(neighbour), ['doing 1: segment 1', `have 1: ${body.length}`])
    harness.pass(60_000)
    assert.equal(told(neighbour).length, 2)
    assert.deepEqual(harness.violations(), [])
  })

  it('is no block that the neighbour holds, until it has lost the segment', () => {
    const { harness, neighbour } = member()
    const handle = neighbour.offers(segment(1), 2)
    const fetch = begin(harness, 1)
    harness.progress(fetch, body.subarray(0, 3 * blockBytes))
    harness.pass(tuning.announceIntervalMs)
    assert.deepEqual(told(neighbour), ['doing 1: segment 1', 'holds 1: 2+1'])
    neighbour.says({ kind: 'lost', handle })
    assert.deepEqual(told(neighbour).slice(2), ['holds 1: 0+3'])
    assert.deepEqual(harness.violations(), [])
  })

  it('is not told to a neighbour that gave up what has left the playlist', () => {
    const { harness, neighbour } = member()
    const handles = [1, 2].map((sequence) => neighbour.has(segment(sequence), body.length))
    for (const sequence of [1, 2]) play(harness, sequence, body)
    harness.list([segment(2), segment(3)])
    harness.pass(tuning.announceIntervalMs)
    for (const handle of handles) neighbour.says({ kind: 'lost', handle })
    harness.pass(tuning.announceIntervalMs)
    assert.deepEqual(told(neighbour), ['doing 2: segment 2', `have 2: ${body.length}`])
    assert.deepEqual(harness.violations(), [])
  })

  it('is not told again to a neighbour that knew of it when it lost its own', () => {
    const { harness, neighbour } = member()
    play(harness, 1, body)
    harness.pass(tuning.announceIntervalMs)
    const before = told(neighbour).length
    assert.ok(before > 0)
    neighbour.says({ kind: 'lost', handle: neighbour.has(segment(1), body.length) })
    harness.pass(60_000)
    assert.equal(told(neighbour).length, before)
  })

  it('is nothing of a segment of which it holds no block, though a neighbour lost it', () => {
    const { harness, neighbour } = member()
    begin(harness, 1)
    for (const sequence of [1, 2]) {
      neighbour.says({ kind: 'lost', handle: neighbour.offers(segment(sequence), 1) })
    }
    harness.pass(100)
    assert.deepEqual(told(neighbour), [])
    assert.deepEqual(harness.violations(), [])
  })
})

describe('a member with more segments than a neighbour may be told of', () => {
  const more = 40

  it('takes back the ones told first, which it still gives to whoever asks', () => {
    const { harness, neighbour } = member()
    const count = announcedSegmentsPerLinkMax + more
    for (let sequence = 1; sequence <= count; sequence += 1) {
      play(harness, sequence)
      harness.pass(tuning.announceIntervalMs)
      const open = neighbour.heard('doing').length - neighbour.heard('lost').length
      assert.ok(open <= announcedSegmentsPerLinkMax, `${open} segments are announced`)
    }
    assert.deepEqual(
      neighbour.heard('doing').map(({ segment: each }) => each.sequence),
      Array.from({ length: count }, (_, index) => index + 1),
    )
    assert.deepEqual(
      neighbour.heard('lost').map(({ handle }) => handle),
      Array.from({ length: more }, (_, index) => index + 1),
    )
    assert.equal(harness.kept.copies, count)
    neighbour.asks(1, 0)
    assert.equal(neighbour.ordersOf('send-block').length, 1)
    assert.deepEqual(harness.violations(), [])
  })

  it('makes room before it tells of another, never after', () => {
    const { harness, neighbour } = member()
    for (let sequence = 1; sequence <= announcedSegmentsPerLinkMax + 1; sequence += 1) play(harness, sequence)
    harness.pass(tuning.announceIntervalMs)
    assert.deepEqual(told(neighbour).slice(-3), [
      'lost 1',
      'doing 257: segment 257',
      `have 257: ${blockBytes}`,
    ])
  })

  it('tells anew of one taken back when more of it comes: by the same handle, with every block', () => {
    const { harness, neighbour } = member()
    const fetch = begin(harness, 1)
    harness.progress(fetch, body.subarray(0, 2 * blockBytes))
    for (let sequence = 2; sequence <= announcedSegmentsPerLinkMax + 1; sequence += 1) play(harness, sequence)
    harness.pass(tuning.announceIntervalMs)
    assert.ok(told(neighbour).includes('lost 1'))
    const before = told(neighbour).length
    harness.progress(fetch, blockOf(body, 2))
    harness.pass(tuning.announceIntervalMs)
    assert.deepEqual(told(neighbour).slice(before), ['lost 2', 'doing 1: segment 1', 'holds 1: 0+3'])
  })
})

describe('a member that gives nothing', () => {
  it('tells of nothing, whatever it gathers and whoever links', () => {
    const { harness, neighbour } = member(0)
    play(harness, 1, body)
    harness.progress(begin(harness, 2), blockOf(body, 0))
    harness.pass(1000)
    const late = harness.link(memberId(3))
    late.says({ kind: 'lost', handle: late.has(segment(1), body.length) })
    harness.pass(1000)
    assert.deepEqual([told(neighbour), told(late)], [[], []])
  })

  it('tells of everything, whole and in part, once its owner lets it give', () => {
    const { harness, neighbour } = member(0)
    play(harness, 1, body)
    harness.progress(begin(harness, 2), body.subarray(0, 2 * blockBytes))
    harness.pass(1000)
    harness.tell({ kind: 'upload-capped', bytesPerSecond: 1000 })
    const everything = ['doing 1: segment 1', `have 1: ${body.length}`, 'doing 2: segment 2', 'holds 2: 0+2']
    assert.deepEqual(told(neighbour), everything)
    harness.tell({ kind: 'upload-capped', bytesPerSecond: Number.POSITIVE_INFINITY })
    harness.pass(1000)
    assert.deepEqual(told(neighbour), everything, 'a higher cap is no news')
  })

  it('takes back what it told, once, when it is capped; and tells it anew when the cap is lifted', () => {
    const { harness, neighbour } = member()
    play(harness, 1, body)
    const fetch = begin(harness, 2)
    harness.progress(fetch, blockOf(body, 0))
    harness.pass(1000)
    const before = told(neighbour).length
    harness.tell({ kind: 'upload-capped', bytesPerSecond: 0 })
    harness.tell({ kind: 'upload-capped', bytesPerSecond: 0 })
    harness.progress(fetch, blockOf(body, 1))
    harness.pass(1000)
    assert.deepEqual(told(neighbour).slice(before), ['lost 1', 'lost 2'])
    harness.tell({ kind: 'upload-capped', bytesPerSecond: 1000 })
    harness.pass(1000)
    assert.deepEqual(told(neighbour).slice(before + 2), [
      'doing 1: segment 1',
      `have 1: ${body.length}`,
      'doing 2: segment 2',
      'holds 2: 0+2',
    ])
  })
})
