import { deepEqual, ok } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { PlaylistSharing } from '../../../client-sdk/src/player/playlist-sharing.js'
import type { RenditionId } from '../../../protocol/ids.js'
import { playlistEdgeOf } from '../../../protocol/playlist-edge.js'
import { liveText } from '../../support/live-text.js'
import { sha256 } from '../../support/sha256.js'
import { seededRandom } from '../../support/swarm/seeded-random.js'
import { VirtualClock } from '../../support/swarm/virtual-clock.js'

const rendition = 'v1' as RenditionId
const url = 'https://cdn.example/v1.m3u8'
const count = 6
const segmentMs = 2000
const segments = 200

interface Shape {
  /** How long after a segment's birth the player polls at first. */
  readonly phaseMs: number
  /** How much later a segment is born than its length says: the packager's clock beside the player's. */
  readonly lateMs?: number
  /** How long news of a segment are under way. */
  readonly newsMs: (random: () => number) => number
}

/** What came of each poll. */
interface Outcome {
  readonly shared: number
  /** Answers that listed less than the CDN did at that moment. */
  readonly behind: number
}

/** One player over 200 segments, which polls as hls.js does: a segment's length after the last poll that had news, half that after one without. */
async function play({ phaseMs, lateMs = 0, newsMs }: Shape): Promise<Outcome> {
  const clock = new VirtualClock()
  const random = seededRandom(Math.round(phaseMs) + 1)
  const sharing = new PlaylistSharing(sha256, clock, () => ok(false, 'nothing differs'))
  const bornAt = (segment: number) => segment * (segmentMs + lateMs)
  const listedAt = (at: number) => Math.floor(at / (segmentMs + lateMs))
  const textTo = (last: number) => liveText(last + 1 - count, count)
  const news = Array.from({ length: segments }, (_, index) => ({
    last: count + index,
    at: bornAt(count + index) + newsMs(random),
  })).toSorted((one, other) => one.at - other.at)
  let [shared, behind, given] = [0, 0, 0]
  let pollAt = bornAt(count) + phaseMs
  for (;;) {
    while ((news[0]?.at ?? Infinity) <= pollAt) {
      const { last, at } = news.shift() ?? { last: 0, at: 0 }
      clock.runUntil(Math.max(at, clock.now()))
      const edge = playlistEdgeOf(sha256, rendition, textTo(last))
      if (edge) await sharing.heard({ ...edge, signature: new Uint8Array(64) }, () => Promise.resolve(true))
    }
    if (news.length === 0) return { shared, behind }
    clock.runUntil(pollAt)
    const cdn = listedAt(pollAt)
    const answer = sharing.answer(rendition, url)
    const { text } = answer ?? sharing.polled(rendition, url, { url, text: textTo(cdn) })
    const first = Number(/SEQUENCE:(\d+)/.exec(text)?.[1])
    const last = first + count - 1
    if (answer) shared += 1
    if (last < cdn) behind += 1
    pollAt += last > given ? segmentMs : segmentMs / 2
    given = last
  }
}

describe('the polls that edges answer, over a stream', () => {
  const phases = Array.from({ length: 20 }, (_, index) => index * 100 + 37)
  const soon = (random: () => number) => 20 + random() * 180

  it('are most of those between the news and the next birth, and never tell less than the CDN', async () => {
    const outcomes = await Promise.all(phases.map((phaseMs) => play({ phaseMs, newsMs: soon })))
    deepEqual(new Set(outcomes.map(({ behind }) => behind)), new Set([0]))
    for (const [index, { shared }] of outcomes.entries()) {
      const isBetween = index >= 2 && index <= 16
      if (isBetween) ok(shared >= 0.75 * segments, `${shared} shared at ${phases[index]} ms`)
    }
  })

  it('never tell less than the CDN where news are late at times', async () => {
    const newsMs = (random: () => number) => (random() < 0.2 ? random() * 1900 : soon(random))
    const outcomes = await Promise.all(phases.map((phaseMs) => play({ phaseMs, newsMs })))
    deepEqual(new Set(outcomes.map(({ behind }) => behind)), new Set([0]))
  })

  for (const lateMs of [-25, 25]) {
    it(`never tell less than the CDN where segments come ${lateMs} ms later than they are long`, async () => {
      const outcomes = await Promise.all(phases.map((phaseMs) => play({ phaseMs, lateMs, newsMs: soon })))
      deepEqual(new Set(outcomes.map(({ behind }) => behind)), new Set([0]))
      for (const { shared } of outcomes) ok(shared >= 0.4 * segments, `${shared} shared`)
    })
  }

  it('tell less than the CDN for ten seconds at most where news take long', async () => {
    const outcomes = await Promise.all(
      phases.map((phaseMs) => play({ phaseMs, lateMs: -25, newsMs: () => 900 })),
    )
    for (const { behind } of outcomes) ok(behind <= 3 * 5, `${behind} polls`)
  })
})
