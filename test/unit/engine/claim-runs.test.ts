import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { tuning } from '../../../client-sdk/src/engine/tuning.js'
import { blockBytes } from '../../../protocol/block.js'
import type { ClaimedRun } from '../../../protocol/wire-messages.js'
import { EngineHarness } from './engine-harness.js'
import { blockOf, bodyOf, fetchOrder, segment } from './media.js'
import type { ScriptedNeighbour } from './scripted-neighbour.js'

const wanted = segment(10)
const blocks = 24
const body = bodyOf(wanted, blocks * blockBytes)
/** A line that hands on eight blocks in the time of a run. */
const bytesPerSecond = (8 * blockBytes * 1000) / tuning.claimRunMs
/** How long such a line lets others come first. */
const turnMs = (blocks / 8) * tuning.claimRunMs * tuning.claimHandOnShare
/** When it asks the CDN for what it claimed. */
const askMs = turnMs + tuning.claimCrossMs

describe('a claim in runs', () => {
  let harness: EngineHarness
  let other: ScriptedNeighbour

  /** One of two in the order for the segment; it has seen segments of that size. */
  function linkAs(rank: 0 | 1): void {
    const members = fetchOrder(wanted, 2)
    const [self, neighbour] = rank === 0 ? members : members.toReversed()
    assert.ok(self && neighbour)
    harness = new EngineHarness({ self, uploadBytesPerSecondMax: bytesPerSecond })
    harness.follow()
    for (const sequence of [1, 2]) {
      harness.want(segment(sequence), { deadline: harness.now })
      harness.serveAll(bodyOf(segment(sequence), blocks * blockBytes))
    }
    other = harness.link(neighbour)
    harness.pass(tuning.greetingMs)
  }

  beforeEach(() => linkAs(0))

  function claimedRuns(): ClaimedRun[] {
    return other.heard('claim').map(({ run }) => run)
  }

  function otherClaims(run: ClaimedRun): void {
    other.says({ kind: 'claim', segment: wanted, claimant: other.member, run, hops: 0 })
  }

  it('is as long as the line hands on in a moment, and the next one follows when it has, and others could', () => {
    harness.want(wanted, { deadline: harness.now + 60_000 })
    harness.pass(askMs)
    assert.deepEqual(claimedRuns(), [{ first: 0, count: 8 }])
    assert.deepEqual([harness.fetch.from, harness.fetch.to], [0, 8 * blockBytes])
    harness.serveAll(body)
    harness.pass(tuning.claimRunMs + tuning.claimOwnRestMs - tuning.claimCrossMs - 1)
    assert.deepEqual(claimedRuns(), [{ first: 0, count: 8 }], 'others come first')
    harness.pass(1)
    assert.deepEqual(claimedRuns(), [
      { first: 0, count: 8 },
      { first: 8, count: 8 },
    ])
  })

  it('leaves alone what others claim, and ends open where the segment is expected to end', () => {
    harness.want(wanted, { deadline: harness.now + 60_000 })
    otherClaims({ first: 0, count: 16 })
    harness.pass(askMs)
    assert.deepEqual(claimedRuns(), [{ first: 16, count: 0 }])
    assert.deepEqual([harness.fetch.from, harness.fetch.to], [16 * blockBytes, undefined])
  })

  it('takes over what another claimed and did not bring', () => {
    harness.want(wanted, { deadline: harness.now + 60_000 })
    otherClaims({ first: 0, count: 0 })
    harness.pass(tuning.claimPatienceMs - 1)
    assert.equal(harness.fetches.size, 0)
    harness.pass(askMs + 1)
    assert.ok(harness.fetches.size > 0)
  })

  it('that is part of a longer one yields, of which nobody has to be told', () => {
    harness.want(wanted, { deadline: harness.now + 60_000 })
    harness.pass(askMs)
    assert.equal(harness.fetches.size, 1)
    otherClaims({ first: 0, count: 0 })
    assert.equal(harness.fetches.size, 0)
    assert.deepEqual(other.heard('unclaim'), [])
  })

  it('that is part of a longer one yields also where both end at the same block', () => {
    linkAs(1)
    harness.want(wanted, { deadline: harness.now + 60_000 })
    harness.pass(askMs)
    assert.deepEqual(claimedRuns(), [{ first: 12, count: 8 }])
    otherClaims({ first: 4, count: 16 })
    assert.equal(harness.fetches.size, 0)
  })

  it('that another one is part of goes on to its end', () => {
    harness.want(wanted, { deadline: harness.now + 60_000 })
    harness.pass(turnMs)
    assert.deepEqual(claimedRuns(), [{ first: 0, count: 8 }])
    otherClaims({ first: 4, count: 4 })
    harness.passCrossing()
    assert.deepEqual([harness.fetch.from, harness.fetch.to], [0, 8 * blockBytes])
  })

  it('that another one crossed goes on up to where that begins', () => {
    harness.want(wanted, { deadline: harness.now + 60_000 })
    harness.pass(askMs)
    otherClaims({ first: 4, count: 0 })
    const { fetch } = harness.fetch
    harness.start(fetch, 0, 8 * blockBytes)
    for (let index = 0; index < 4; index += 1) {
      assert.ok(harness.fetches.has(fetch), `block ${index} comes`)
      harness.progress(fetch, blockOf(body, index))
    }
    assert.equal(harness.fetches.size, 0)
    assert.deepEqual(other.heard('unclaim'), [], 'the other has what is left')
  })

  it('that begins within another one goes on, however long the other is', () => {
    linkAs(1)
    harness.want(wanted, { deadline: harness.now + 60_000 })
    harness.pass(askMs)
    assert.deepEqual(claimedRuns(), [{ first: 12, count: 8 }])
    otherClaims({ first: 0, count: 16 })
    assert.deepEqual([harness.fetch.from, harness.fetch.to], [12 * blockBytes, 20 * blockBytes])
  })

  it('that another one crosses before the CDN is asked is asked for up to where that begins, or not at all', () => {
    harness.want(wanted, { deadline: harness.now + 60_000 })
    harness.pass(turnMs)
    assert.deepEqual(claimedRuns(), [{ first: 0, count: 8 }])
    otherClaims({ first: 4, count: 0 })
    harness.passCrossing()
    assert.deepEqual([harness.fetch.from, harness.fetch.to], [0, 4 * blockBytes])
    harness.serveAll(body)
    assert.deepEqual(harness.violations(), [])
    linkAs(0)
    harness.want(wanted, { deadline: harness.now + 60_000 })
    harness.pass(turnMs)
    otherClaims({ first: 0, count: 0 })
    harness.passCrossing()
    assert.deepEqual(harness.of('abort-fetch'), [])
    assert.equal(
      harness.of('fetch').filter(({ segment: { sequence } }) => sequence === wanted.sequence).length,
      0,
    )
  })

  it('that others turn out to hold before the CDN is asked is asked of them', () => {
    harness.want(wanted, { deadline: harness.now + 60_000 })
    harness.pass(turnMs)
    other.has(wanted, body.length)
    harness.passCrossing()
    assert.equal(harness.fetches.size, 0)
    assert.ok(other.requests.length > 0)
  })

  it('that crossed a shorter one, or one of other blocks, goes on', () => {
    harness.want(wanted, { deadline: harness.now + 60_000 })
    harness.pass(askMs)
    otherClaims({ first: 2, count: 3 })
    otherClaims({ first: 8, count: 0 })
    assert.equal(harness.fetches.size, 1)
  })

  it('beyond the end of a segment shorter than expected is no failure', () => {
    const want = harness.want(wanted, { deadline: harness.now + 60_000 })
    otherClaims({ first: 0, count: 16 })
    harness.pass(askMs)
    harness.fail(harness.fetch.fetch, { kind: 'beyond-end' })
    harness.pass(tuning.claimRunMs)
    assert.equal(harness.fetches.size, 0, 'the end is not looked for again and again')
    const short = body.subarray(0, 10 * blockBytes + 5)
    other.has(wanted, short.length)
    for (let round = 0; round < 50; round += 1) {
      other.givesAll(short)
      harness.pass(10)
    }
    assert.deepEqual(harness.delivered(want), Buffer.from(short))
    assert.deepEqual(harness.violations(), [])
  })

  it('is of the whole segment where the CDN does not know Range', () => {
    harness.want(wanted, { deadline: harness.now + 60_000 })
    otherClaims({ first: 0, count: 8 })
    harness.pass(askMs)
    assert.equal(harness.fetch.from, 8 * blockBytes)
    harness.start(harness.fetch.fetch, 0, body.length)
    harness.progress(harness.fetch.fetch, body)
    harness.end(harness.fetch.fetch)
    harness.want(segment(11), { deadline: harness.now + 60_000 })
    harness.pass(tuning.claimHandOnMsMax + tuning.claimTurnMsMax + tuning.claimCrossMs)
    assert.deepEqual([harness.fetch.from, harness.fetch.to], [0, undefined])
  })
})
