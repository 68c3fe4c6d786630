import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { blockBytes } from '../../../protocol/block.js'
import { tuning } from '../../../client-sdk/src/engine/tuning.js'
import { EngineHarness } from './engine-harness.js'
import { bodyOf, memberId, segment } from './media.js'

const bytes = 4 * blockBytes

/** A viewer that has played segments 1 to `count`, with room for three in its cache. */
function viewer(count: number, cacheBytesMax = 3 * bytes) {
  const harness = new EngineHarness({ cacheBytesMax })
  harness.follow()
  const neighbour = harness.link(memberId(2))
  const play = (sequence: number): void => {
    const want = harness.want(segment(sequence), { live: false })
    harness.serveAll(bodyOf(segment(sequence), bytes))
    assert.equal(harness.answers(want)[0]?.kind, 'deliver')
    harness.pass(2000)
  }
  for (let sequence = 1; sequence <= count; sequence += 1) play(sequence)
  const handleOf = (sequence: number): number =>
    neighbour.heard('doing').findLast((doing) => doing.segment.sequence === sequence)?.handle ?? -1
  return { harness, neighbour, play, handleOf }
}

describe('the cache of segments', () => {
  it('stays within its bytes: the longest unused goes, and the neighbours hear of it', () => {
    const { harness, neighbour, handleOf } = viewer(5)
    assert.equal(harness.kept.bytes, 3 * bytes)
    assert.deepEqual(
      neighbour.heard('lost').map(({ handle }) => handle),
      [handleOf(1), handleOf(2)],
    )
  })

  it('refuses a block of what it lost, without an accusation: the asking may have crossed the news', () => {
    const { harness, neighbour, handleOf } = viewer(4)
    neighbour.asks(handleOf(1), 0)
    assert.equal(neighbour.ordersOf('reject-block').length, 1)
    neighbour.asks(handleOf(4), 0)
    assert.equal(neighbour.ordersOf('send-block').length, 1)
    assert.deepEqual(harness.violations(), [])
  })

  it('refuses a block that waited while its segment was lost', () => {
    const { harness, neighbour, play, handleOf } = viewer(3)
    neighbour.backlog = tuning.backlogBytesMax
    harness.tell({ kind: 'backlogs-seen', backlogs: new Map([[neighbour.link, neighbour.backlog]]) })
    neighbour.asks(handleOf(1), 0)
    play(4)
    neighbour.backlog = 0
    harness.pass(tuning.backlogPollMs)
    assert.equal(neighbour.ordersOf('send-block').length, 0)
    assert.equal(neighbour.ordersOf('reject-block').length, 1)
  })

  it('fetches anew what it lost, under another handle', () => {
    const { neighbour, play, handleOf } = viewer(4)
    const lost = handleOf(1)
    play(1)
    assert.notEqual(handleOf(1), lost)
    assert.equal(neighbour.heard('doing').length, 5)
  })

  it('keeps what was played again rather than what was not', () => {
    const { harness, neighbour, play, handleOf } = viewer(3)
    harness.want(segment(1))
    play(4)
    assert.deepEqual(
      neighbour.heard('lost').map(({ handle }) => handle),
      [handleOf(2)],
    )
  })

  it('never evicts what playback waits for, however large', () => {
    const harness = new EngineHarness({ cacheBytesMax: 0 })
    harness.follow()
    const body = bodyOf(segment(1), 20 * blockBytes)
    const want = harness.want(segment(1))
    harness.serveAll(body)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
    assert.equal(harness.kept.bytes, 0)
  })

  it('tells a neighbour that links later of what it holds, whole and in part', () => {
    const { harness } = viewer(3, 100 * bytes)
    const want = harness.want(segment(9))
    harness.passCrossing()
    const { fetch } = harness.fetch
    harness.start(fetch, 0)
    harness.progress(fetch, bodyOf(segment(9), bytes).subarray(0, blockBytes))
    const late = harness.link(memberId(3))
    assert.equal(late.heard('doing').length, 4)
    assert.deepEqual(
      late.heard('have').map((have) => have.bytes),
      [bytes, bytes, bytes],
    )
    assert.deepEqual(
      late.heard('holds').map(({ runs }) => runs),
      [[{ first: 0, count: 1 }]],
    )
    assert.deepEqual(harness.answers(want), [])
  })
})
