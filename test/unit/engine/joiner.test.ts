import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { tuning } from '../../../client-sdk/src/engine/tuning.js'
import { blockBytes } from '../../../protocol/block.js'
import { EngineHarness } from './engine-harness.js'
import { bodyOf, memberId, segment, video } from './media.js'

const [first, second] = [segment(10), segment(11)]
const other = { member: memberId(2), role: 'viewer', uploads: true, rendition: video } as const

describe('a joiner, whose links are still being made', () => {
  let harness: EngineHarness

  beforeEach(() => {
    harness = new EngineHarness()
    harness.follow()
    harness.tell({ kind: 'roster-changed', members: [other] })
  })

  /** The first segment came from the CDN; there is playback for a while. */
  function playsTheFirst(bufferMs: number): void {
    harness.want(first, { deadline: harness.now })
    harness.serveAll(bodyOf(first, blockBytes))
    harness.want(second, { deadline: harness.now + bufferMs })
  }

  it('fetches its first segment at once', () => {
    harness.want(first, { deadline: harness.now })
    assert.equal(harness.fetches.size, 1)
  })

  it('takes its second from the first neighbour that links', () => {
    playsTheFirst(6000)
    harness.pass(500)
    assert.equal(harness.fetches.size, 0)
    const body = bodyOf(second, 3 * blockBytes)
    const neighbour = harness.link(other.member)
    neighbour.has(second, body.length)
    harness.pass(100)
    assert.ok(neighbour.requests.length > 0)
    assert.equal(harness.fetches.size, 0)
  })

  it('does not wait longer than links take', () => {
    playsTheFirst(60_000)
    harness.pass(tuning.linkPatienceMs - 1)
    assert.equal(harness.fetches.size, 0)
    harness.pass(1)
    assert.equal(harness.fetches.size, 1)
  })

  it('does not wait so long that playback would stop', () => {
    playsTheFirst(tuning.rescueMarginMs + 400)
    harness.pass(450)
    assert.equal(harness.fetches.size, 1)
  })

  it('waits as long while nobody has told it yet whether there is anybody', () => {
    harness = new EngineHarness()
    harness.follow()
    harness.tell({ kind: 'company-expected' })
    playsTheFirst(60_000)
    harness.pass(tuning.linkPatienceMs - 1)
    assert.equal(harness.fetches.size, 0)
    harness.pass(1)
    assert.equal(harness.fetches.size, 1)
  })

  it('waits for nobody once it was alone', () => {
    harness.tell({ kind: 'roster-changed', members: [] })
    playsTheFirst(60_000)
    assert.equal(harness.fetches.size, 1)
  })
})
