import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { tuning } from '../../../client-sdk/src/engine/tuning.js'
import { blockBytes } from '../../../protocol/block.js'
import type { RenditionId } from '../../../protocol/ids.js'
import { EngineHarness } from './engine-harness.js'
import { bodyOf, memberId, otherVideo, segment } from './media.js'

const audio = 'audio-en' as RenditionId

/** A viewer that plays segment 10 and has a neighbour. */
function viewer() {
  const harness = new EngineHarness()
  harness.follow()
  const neighbour = harness.link(memberId(2))
  harness.want(segment(10), { deadline: harness.now })
  harness.serveAll(bodyOf(segment(10), blockBytes))
  return { harness, neighbour }
}

describe('gathering before the player asks', () => {
  it('goes no further ahead than a few segments, whatever neighbours invent', () => {
    const { harness, neighbour } = viewer()
    for (const sequence of [0, 5, 9, 10, 11, 12, 13, 14, 15, 1000, 2 ** 50])
      neighbour.offers(segment(sequence), 1)
    const asked = new Set(neighbour.ordersOf('request-block').map(({ handle }) => handle))
    assert.ok(asked.size > 0 && asked.size <= tuning.prefetchSegmentsMax)
    assert.equal(harness.kept.tasks, tuning.prefetchSegmentsMax)
    assert.equal(harness.fetches.size, 0, 'none of it is asked of the CDN: our playlist does not list it')
  })

  it('does nothing for a rendition that the player does not follow', () => {
    const { harness, neighbour } = viewer()
    neighbour.offers(segment(11, otherVideo), 1)
    assert.equal(neighbour.requests.length, 0)
    assert.equal(harness.kept.tasks, 0)
  })

  it('ends when the player has not asked for long: paused, or gone', () => {
    const { harness, neighbour } = viewer()
    harness.pass(tuning.followMs + 1)
    neighbour.offers(segment(11), 1)
    assert.equal(neighbour.requests.length, 0)
  })

  it('forgets a segment that was offered, and never wanted', () => {
    const { harness, neighbour } = viewer()
    neighbour.offers(segment(11), 1)
    assert.equal(harness.kept.tasks, 1)
    harness.pass(2 * tuning.followMs)
    assert.equal(harness.kept.tasks, 0)
    assert.equal(neighbour.requests.length, 0)
  })

  it('claims what our playlist lists and nobody offers, so that the cell has it early', () => {
    const { harness, neighbour } = viewer()
    harness.list([segment(9), segment(10)])
    harness.list([segment(9), segment(10), segment(11)])
    harness.pass(tuning.claimRanksDistinct * tuning.claimRankStepMs)
    assert.equal(harness.fetch.segment.sequence, 11)
    assert.deepEqual(
      neighbour
        .heard('claim')
        .map((claim) => claim.segment.sequence)
        .slice(-1),
      [11],
    )
  })

  it('fetches no whole window at the first playlist, and nothing that is behind', () => {
    const harness = new EngineHarness()
    harness.follow()
    harness.link(memberId(2))
    harness.list(Array.from({ length: 30 }, (_, index) => segment(index)))
    harness.want(segment(27), { deadline: harness.now })
    harness.serveAll(bodyOf(segment(27), blockBytes))
    harness.list(Array.from({ length: 30 }, (_, index) => segment(index + 1)))
    harness.pass(5000)
    const fetched = harness.of('fetch').map((order) => order.segment.sequence)
    assert.deepEqual([...new Set(fetched)], [27, 30])
  })

  it('fetches nothing ahead without neighbours: there is nobody to fetch it for', () => {
    const harness = new EngineHarness()
    harness.follow()
    harness.list([segment(9), segment(10)])
    harness.want(segment(10), { deadline: harness.now })
    harness.serveAll(bodyOf(segment(10), blockBytes))
    harness.list([segment(10), segment(11), segment(12)])
    harness.pass(5000)
    assert.equal(harness.of('fetch').length, 1)
  })

  it('survives an empty playlist', () => {
    const { harness } = viewer()
    assert.deepEqual(harness.list([]), [])
  })
})

describe('a switch of rendition', () => {
  it('drops what was gathered unasked, keeps the links, and tells the neighbours', () => {
    const { harness, neighbour } = viewer()
    neighbour.offers(segment(11), 5)
    assert.ok(neighbour.requests.length > 0)
    harness.tell({ kind: 'rendition-followed', rendition: otherVideo })
    assert.equal(neighbour.requests.length, 0, 'taken back')
    assert.equal(harness.kept.tasks, 0)
    assert.deepEqual(
      neighbour.heard('follow').map(({ rendition }) => rendition),
      [otherVideo],
    )
    assert.deepEqual(harness.violations(), [])
    const body = bodyOf(segment(11, otherVideo), 3 * blockBytes)
    neighbour.has(segment(11, otherVideo), body.length)
    const want = harness.want(segment(11, otherVideo))
    neighbour.givesUntilDone(body)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
  })

  it('leaves alone what the player still waits for', () => {
    const { harness } = viewer()
    const body = bodyOf(segment(11), 2 * blockBytes)
    const want = harness.want(segment(11))
    harness.tell({ kind: 'rendition-followed', rendition: otherVideo })
    harness.pass(1000)
    harness.serveAll(body)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
  })

  it('to the same rendition is none', () => {
    const { harness, neighbour } = viewer()
    harness.follow()
    assert.deepEqual(neighbour.heard('follow'), [])
  })

  it('leaves a sound track of its own alone', () => {
    const { harness, neighbour } = viewer()
    harness.want(segment(10, audio), { deadline: harness.now })
    harness.serveAll(bodyOf(segment(10, audio), blockBytes))
    neighbour.offers(segment(11, audio), 1)
    harness.tell({ kind: 'rendition-followed', rendition: otherVideo })
    assert.equal(harness.kept.tasks, 1)
  })
})
