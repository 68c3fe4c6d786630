import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Following } from '../../../client-sdk/src/engine/following.js'
import { tuning } from '../../../client-sdk/src/engine/tuning.js'
import { blockBytes } from '../../../protocol/block.js'
import type { RenditionId } from '../../../protocol/ids.js'
import type { SegmentIdentity } from '../../../protocol/segment-key.js'
import { EngineHarness } from './engine-harness.js'
import { bodyOf, memberId, otherVideo, segment, sourceOf, video } from './media.js'

const audio = 'a-en-9d3f00c1' as RenditionId

/** A viewer that plays segment 10, the newest of its playlist, and has a neighbour. */
function viewer() {
  const harness = new EngineHarness()
  harness.follow()
  const neighbour = harness.link(memberId(2))
  harness.list([segment(9), segment(10)])
  harness.want(segment(10), { deadline: harness.now })
  harness.serveAll(bodyOf(segment(10), blockBytes))
  return { harness, neighbour }
}

describe('gathering before the player asks', () => {
  it('goes no further ahead than a few segments, whatever neighbours invent', () => {
    const { harness, neighbour } = viewer()
    for (const sequence of [0, 5, 9, 10, 11, 12, 13, 14, 15, 1000, 2 ** 50])
      neighbour.offers(segment(sequence), 1)
    for (let round = 0; round < 9; round += 1) neighbour.givesAll(new Uint8Array(blockBytes))
    const asked = neighbour
      .ordersOf('request-block')
      .map(({ handle }) => neighbour.named[handle - 1]?.sequence)
    assert.deepEqual(asked, [11, 12, 13])
    assert.equal(harness.kept.tasks, tuning.prefetchSegmentsMax)
    assert.equal(harness.fetches.size, 0, 'none of it is asked of the CDN: our playlist does not list it')
  })

  it('does nothing for a rendition that the player does not follow', () => {
    const { harness, neighbour } = viewer()
    neighbour.offers(segment(11, otherVideo), 1)
    assert.equal(neighbour.requests.length, 0)
    assert.equal(harness.kept.tasks, 0)
  })

  it('opens no work on discontinuities and byte ranges that a neighbour invents', () => {
    const { harness, neighbour } = viewer()
    for (let handle = 1; handle <= 1000; handle += 1) {
      const range = handle % 2 === 0 ? {} : { rangeStart: handle, rangeEnd: handle + 1 }
      const invented = { ...segment(11), discontinuity: 2 + handle, ...range }
      neighbour.says({ kind: 'doing', handle, segment: invented })
      neighbour.says({ kind: 'have', handle, bytes: 1 })
      neighbour.says({ kind: 'lost', handle })
    }
    assert.equal(harness.kept.tasks, 0)
    assert.deepEqual(neighbour.ordersOf('request-block'), [])
    assert.deepEqual(harness.violations(), [])
  })

  it('does nothing on demand, where no playlist is followed', () => {
    const harness = new EngineHarness()
    harness.follow()
    const neighbour = harness.link(memberId(2))
    harness.want(segment(10), { deadline: harness.now, live: false })
    harness.serveAll(bodyOf(segment(10), blockBytes))
    neighbour.offers(segment(11), 1)
    assert.deepEqual(neighbour.requests, [])
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
    harness.passCrossing()
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
    harness.list([segment(10, audio)], audio)
    harness.want(segment(10, audio), { deadline: harness.now })
    harness.serveAll(bodyOf(segment(10, audio), blockBytes))
    neighbour.offers(segment(11, audio), 1)
    harness.tell({ kind: 'rendition-followed', rendition: otherVideo })
    assert.equal(harness.kept.tasks, 1)
  })
})

describe('a segment is worth gathering', () => {
  const range = { rangeStart: 0, rangeEnd: 1000 }
  const cases: readonly [boolean, string, SegmentIdentity][] = [
    [true, 'that the playlist lists ahead', segment(11)],
    [true, 'that the playlist lists, whatever its discontinuity and range', { ...segment(12), ...range }],
    [true, 'that may be listed next', { ...segment(13), discontinuity: 5 }],
    [true, 'that may be listed next, after a discontinuity', { ...segment(13), discontinuity: 6 }],
    [false, 'two discontinuities on', { ...segment(13), discontinuity: 7 }],
    [false, 'of a discontinuity before the newest', { ...segment(13), discontinuity: 4 }],
    [false, 'that is a part of a resource, unlisted', { ...segment(13), discontinuity: 5, ...range }],
    [false, 'under a listed number, but unlisted', { ...segment(12), discontinuity: 5 }],
    [false, 'that the player has asked for', segment(10)],
    [false, 'further ahead than any playlist goes', { ...segment(14), discontinuity: 5 }],
  ]

  /** The player asked for segment 10; the playlist goes on to 12, where discontinuity 5 begins. */
  function following(): Following {
    const followed = new Following()
    const listed = [
      segment(10),
      segment(11),
      { ...segment(12), ...range },
      { ...segment(12), discontinuity: 5, ...range },
    ]
    followed.listed(
      video,
      listed.map((each) => ({ segment: each, source: sourceOf(each), durationMs: 2000 })),
    )
    followed.wanted(segment(10), 0)
    return followed
  }

  for (const [worth, name, identity] of cases) {
    it(`${worth ? 'if it is one' : 'not if it is one'} ${name}`, () => {
      assert.equal(following().worthGathering(identity, 0), worth)
    })
  }

  it('only while the player goes on asking', () => {
    assert.equal(following().worthGathering(segment(11), tuning.followMs), true)
    assert.equal(following().worthGathering(segment(11), tuning.followMs + 1), false)
  })

  it('not before a playlist was seen', () => {
    const followed = new Following()
    followed.wanted(segment(10), 0)
    assert.equal(followed.worthGathering(segment(11), 0), false)
  })
})
