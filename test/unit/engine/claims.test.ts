import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { tuning } from '../../../client-sdk/src/engine/tuning.js'
import { blockBytes } from '../../../protocol/block.js'
import { claimHopsMax } from '../../../protocol/limits.js'
import { EngineHarness } from './engine-harness.js'
import type { ScriptedNeighbour } from './scripted-neighbour.js'
import { blockOf, bodyOf, fetchOrder, memberId, otherVideo, segment, video } from './media.js'

const wanted = segment(10)
const body = bodyOf(wanted, 10 * blockBytes + 100)

/** An engine at this place in the order of a cell of four, linked to the other three. */
function cellOfFour(rank: number): { harness: EngineHarness; others: ReturnType<EngineHarness['link']>[] } {
  const members = fetchOrder(wanted, 4)
  const harness = new EngineHarness({ self: members[rank] ?? memberId(1) })
  harness.follow()
  const others = members.filter((_, index) => index !== rank).map((member) => harness.link(member))
  return { harness, others }
}

/** The claims of others that this neighbour was told. */
function passedOn(neighbour: ScriptedNeighbour | undefined) {
  return neighbour?.heard('claim').filter(({ hops }) => hops > 0) ?? []
}

/** How a segment comes to matter to a member. */
const ways: readonly [string, (harness: EngineHarness) => void][] = [
  ['on what the player wants', (harness) => harness.want(wanted, { deadline: harness.now + 60_000 })],
  ['on what the player will want next', (harness) => harness.playTheOneBefore(wanted)],
]

describe('the claim: who fetches a new segment for the cell', () => {
  it('is told to every neighbour at once, and the CDN asked when claims that cross it have been heard', () => {
    const { harness, others } = cellOfFour(3)
    harness.want(wanted)
    for (const other of others) assert.equal(other.heard('claim').length, 1)
    harness.pass(tuning.claimCrossMs - 1)
    assert.equal(harness.fetches.size, 0)
    harness.pass(1)
    assert.deepEqual([harness.fetch.from, harness.fetch.to], [0, undefined])
  })

  it('asks the CDN sooner where the player cannot wait', () => {
    const { harness } = cellOfFour(0)
    harness.want(wanted, { deadline: harness.now + tuning.rescueMarginMs })
    assert.equal(harness.fetches.size, 1)
  })

  it('asks the CDN at once when the player turns out to be in a hurry', () => {
    const { harness } = cellOfFour(0)
    harness.want(wanted, { deadline: harness.now + 60_000 })
    assert.equal(harness.fetches.size, 0)
    harness.want(wanted, { deadline: harness.now })
    assert.equal(harness.fetches.size, 1)
  })

  it('takes no CDN for slow that it asked late, as the timers of a hidden tab are', () => {
    const [timely, late] = [0, 900].map((lateMs) => {
      const { harness, others } = cellOfFour(0)
      harness.want(wanted, { deadline: harness.now + 60_000 })
      harness.now += tuning.claimCrossMs + lateMs
      harness.pass(0)
      harness.serveAll(body)
      const next = segment(11)
      others[0]?.claims(next)
      harness.want(next, { deadline: harness.now + 1500 })
      const began = harness.now
      while (harness.fetches.size === 0) harness.pass(10)
      return harness.now - began
    })
    assert.equal(late, timely)
  })

  it('is left to others by a member that gives nothing, for as long as somebody gives', () => {
    const [, self] = fetchOrder(wanted, 2)
    assert.ok(self)
    const harness = new EngineHarness({ self, uploadBytesPerSecondMax: 0 })
    harness.follow()
    const neighbour = harness.link(memberId(99), 'silent')
    neighbour.says({ kind: 'hello', version: 1, uploads: true, rendition: video })
    const deadline = harness.now + 10_000
    harness.want(wanted, { deadline })
    harness.pass(deadline - tuning.rescueMarginMs - 3000 - harness.now)
    assert.equal(harness.fetches.size, 0)
  })

  it('is told only to those who give, by one who gives; by one who does not, to all', () => {
    for (const [giver, own] of [
      [true, Number.POSITIVE_INFINITY],
      [false, 0],
    ] as const) {
      const harness = new EngineHarness({ uploadBytesPerSecondMax: own })
      harness.follow()
      const sink = harness.link(memberId(98), 'silent')
      sink.says({ kind: 'hello', version: 1, uploads: false, rendition: video })
      const other = harness.link(memberId(99), 'silent')
      other.says({ kind: 'hello', version: 1, uploads: giver, rendition: video })
      harness.want(wanted)
      harness.passCrossing()
      assert.equal(other.heard('claim').length, 1)
      assert.equal(sink.heard('claim').length, giver ? 0 : 1)
      harness.fail(harness.fetch.fetch, { kind: 'status', status: 503 })
      assert.equal(other.heard('unclaim').length, 1)
      assert.equal(sink.heard('unclaim').length, giver ? 0 : 1)
    }
  })

  it('is at once where neither the member nor any neighbour gives', () => {
    const harness = new EngineHarness({ uploadBytesPerSecondMax: 0 })
    harness.follow()
    const neighbour = harness.link(memberId(99), 'silent')
    neighbour.says({ kind: 'hello', version: 1, uploads: false, rendition: video })
    harness.want(wanted)
    assert.equal(harness.fetches.size, 1)
  })

  it('needs nobody without neighbours', () => {
    const harness = new EngineHarness()
    harness.follow()
    const want = harness.want(wanted)
    harness.serve(harness.fetch, body)
    assert.deepEqual(harness.delivered(want), Buffer.from(body))
    assert.equal(harness.engine.totals.rescues, 0)
  })

  it('waits for nobody on demand, where nobody else is likely to want the same now', () => {
    const { harness } = cellOfFour(3)
    harness.want(wanted, { live: false })
    assert.equal(harness.fetches.size, 1)
  })
})

describe('a claim heard', () => {
  it('keeps a lower rank silent for as long as the claimant may need to begin', () => {
    const { harness, others } = cellOfFour(1)
    harness.playTheOneBefore(wanted)
    others[0]?.claims(wanted)
    harness.want(wanted, { deadline: harness.now + 60_000 })
    harness.pass(tuning.claimPatienceMs)
    assert.equal(harness.fetches.size, 0)
  })

  it('is overtaken when the claimant shows no byte', () => {
    const { harness, others } = cellOfFour(1)
    harness.playTheOneBefore(wanted)
    others[0]?.claims(wanted)
    harness.want(wanted, { deadline: harness.now + 60_000 })
    harness.pass(tuning.claimPatienceMs + tuning.claimCrossMs)
    assert.equal(harness.fetches.size, 1)
    const own = others.map((other) =>
      other.heard('claim').filter(({ claimant }) => claimant !== others[0]?.member),
    )
    assert.deepEqual(
      own.map((claims) => claims.length),
      [1, 1, 1],
    )
  })

  it('is not overtaken while the claimant shows bytes', () => {
    const { harness, others } = cellOfFour(1)
    harness.playTheOneBefore(wanted)
    const [claimant] = others
    assert.ok(claimant)
    claimant.claims(wanted)
    harness.want(wanted, { deadline: harness.now + 60_000 })
    const handle = claimant.offers(wanted)
    for (let block = 0; block < 5; block += 1) {
      harness.pass(tuning.claimPatienceMs - 100)
      claimant.says({ kind: 'holds', handle, runs: [{ first: block, count: 1 }] })
    }
    assert.equal(harness.fetches.size, 0)
  })

  it('withdrawn leaves the way free again', () => {
    const { harness, others } = cellOfFour(1)
    harness.playTheOneBefore(wanted)
    others[0]?.claims(wanted)
    harness.want(wanted, { deadline: harness.now + 60_000 })
    harness.pass(100)
    assert.equal(harness.fetches.size, 0)
    others[0]?.unclaims(wanted)
    harness.passCrossing()
    assert.equal(harness.fetches.size, 1)
  })

  it('withdrawn on another link than it was first heard on still stands', () => {
    const { harness, others } = cellOfFour(1)
    harness.playTheOneBefore(wanted)
    const [claimant, second, third] = others
    assert.ok(claimant && second && third)
    claimant.claims(wanted)
    harness.want(wanted, { deadline: harness.now + 60_000 })
    second.claims(wanted, claimant.member, 1)
    second.unclaims(wanted, claimant.member, 1)
    harness.pass(100)
    assert.equal(harness.fetches.size, 0, 'nobody takes back what another one told')
    assert.deepEqual(third.heard('unclaim'), [])
    claimant.unclaims(wanted)
    harness.passCrossing()
    assert.equal(harness.fetches.size, 1)
    assert.deepEqual(
      third.heard('unclaim').map(({ hops }) => hops),
      [1],
    )
  })

  it('withdrawn takes those along that were given up for it', () => {
    const { harness, others } = cellOfFour(1)
    harness.playTheOneBefore(wanted)
    const [claimant, second] = others
    assert.ok(claimant && second)
    second.claims(wanted, memberId(70), 1, { first: 2, count: 4 })
    claimant.claims(wanted)
    harness.want(wanted, { deadline: harness.now + 60_000 })
    harness.passCrossing()
    assert.equal(harness.fetches.size, 0)
    claimant.unclaims(wanted)
    harness.passCrossing()
    assert.deepEqual([harness.fetch.from, harness.fetch.to], [0, undefined], 'all of it is nobody’s')
  })

  it('is no reason to give up another once its claimant could have shown bytes', () => {
    const { harness, others } = cellOfFour(1)
    harness.playTheOneBefore(wanted)
    const [claimant, second, third] = others
    assert.ok(claimant && second && third)
    claimant.claims(wanted)
    second.claims(wanted, memberId(70), 1, { first: 2, count: 4 })
    assert.equal(passedOn(third).length, 1)
    harness.pass(tuning.claimPatienceMs)
    second.claims(wanted, memberId(70), 1, { first: 2, count: 4 })
    assert.equal(passedOn(third).length, 2)
  })

  it('heard again from those who have not heard of its withdrawal is no news, but made anew it is', () => {
    const { harness, others } = cellOfFour(1)
    harness.playTheOneBefore(wanted)
    const [claimant, second, third] = others
    assert.ok(claimant && second && third)
    claimant.claims(wanted, memberId(70), 1)
    claimant.unclaims(wanted, memberId(70), 1)
    second.claims(wanted, memberId(70), 2)
    second.unclaims(wanted, memberId(70), 2)
    assert.deepEqual([third.heard('claim').length, third.heard('unclaim').length], [1, 1])
    second.claims(wanted, memberId(70), 2)
    claimant.claims(wanted, memberId(70), 1)
    assert.equal(third.heard('claim').length, 2)
  })

  for (const [name, prepare] of ways) {
    it(`${name} is passed on once, to all but its teller, and no further than the hops allowed`, () => {
      const { harness, others } = cellOfFour(1)
      prepare(harness)
      const [teller, second, third] = others
      assert.ok(teller && second && third)
      teller.claims(wanted, memberId(70), 1)
      teller.claims(wanted, memberId(70), 1)
      second.claims(wanted, memberId(70), 2)
      third.claims(wanted, memberId(71), claimHopsMax)
      assert.deepEqual(
        others.map((other) => passedOn(other).map(({ claimant, hops }) => [claimant, hops])),
        [[], [[memberId(70), 2]], [[memberId(70), 2]]],
      )
      assert.equal(harness.kept.claims, 1)
      assert.equal(harness.fetches.size, 0)
    })
  }

  it('on what does not matter here is neither remembered nor passed on', () => {
    const { harness, others } = cellOfFour(1)
    harness.playTheOneBefore(wanted)
    for (let sequence = 0; sequence < 2000; sequence += 1) {
      if (sequence < 10 || sequence > 9 + tuning.prefetchSegmentsMax) others[0]?.claims(segment(sequence))
    }
    others[0]?.claims(segment(10, otherVideo))
    others[0]?.claims({ ...wanted, discontinuity: 2 })
    assert.equal(harness.kept.claims, 0)
    for (const other of others) assert.deepEqual(other.heard('claim'), [])
  })

  it('is passed on only so often for one segment', () => {
    const { harness, others } = cellOfFour(1)
    harness.playTheOneBefore(wanted)
    for (let place = 0; place < 100; place += 1) {
      others[0]?.claims(wanted, memberId(100 + place), 0, { first: 2 * place, count: 2 })
    }
    assert.equal(passedOn(others[1]).length, tuning.claimsPerSegmentMax)
  })

  it('is remembered only so long: those of hours take no more room than a few hundred', () => {
    const { harness, others } = cellOfFour(1)
    for (let sequence = 0; sequence < 2 * tuning.claimedSegmentsMax; sequence += 1) {
      harness.want(segment(sequence), { deadline: harness.now })
      others[0]?.claims(segment(sequence))
      harness.serveAll(bodyOf(segment(sequence), 1))
    }
    assert.equal(harness.kept.claims, tuning.claimedSegmentsMax)
  })

  it('of its own making, echoed by a neighbour, is no news', () => {
    const { harness, others } = cellOfFour(0)
    harness.want(wanted)
    others[0]?.claims(wanted, fetchOrder(wanted, 4)[0], 2)
    harness.passCrossing()
    assert.equal(harness.fetches.size, 1)
    assert.equal(others[1]?.heard('claim').length, 1)
  })
})

describe('claims that crossed', () => {
  it('are settled by rank: the lower one yields', () => {
    const { harness, others } = cellOfFour(1)
    harness.want(wanted, { deadline: harness.now + 60_000 })
    harness.passCrossing()
    const { fetch } = harness.fetch
    others[0]?.claims(wanted)
    assert.equal(harness.fetches.size, 0)
    assert.deepEqual(
      harness.of('abort-fetch').map((order) => order.fetch),
      [fetch],
    )
  })

  it('are settled by rank: the better one goes on', () => {
    const { harness, others } = cellOfFour(1)
    harness.want(wanted)
    harness.passCrossing()
    others[1]?.claims(wanted)
    assert.equal(harness.fetches.size, 1)
  })

  it('leave alone a fetch that is nearly done', () => {
    const { harness, others } = cellOfFour(1)
    harness.want(wanted)
    harness.passCrossing()
    const { fetch } = harness.fetch
    harness.start(fetch, 0, body.length)
    for (let index = 0; index < 7; index += 1) harness.progress(fetch, blockOf(body, index))
    others[0]?.claims(wanted)
    assert.equal(harness.fetches.size, 1)
  })
})
