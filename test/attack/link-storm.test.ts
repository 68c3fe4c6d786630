import assert from 'node:assert/strict'
import type { Page } from 'playwright'
import { attemptsPerMinuteMax } from '../../client-sdk/src/transport/attempt-budget.js'
import { streamIdOfUrl } from '../../client-sdk/src/player/stream-id.js'
import { linksMax } from '../../protocol/limits.js'
import { countResources, resourcesOf, type PageResources } from '../support/browser/count-resources.js'
import { useRig } from '../support/browser/use-rig.js'
import { openViewers, untilLinked, untilPlays } from '../support/browser/viewers.js'
import { NodeStrangers } from '../support/hostile/node-strangers.js'
import { OfferStorm } from '../support/hostile/offer-storm.js'
import { isLong, tell } from './attack-report.js'
import { assertUnharmed, reportsOf, verifying, witnessed } from './victims.js'

const seconds = isLong ? 240 : 20
/** With the two viewers and the strangers below they fill a cell, and not two. */
const members = 40
const speechless = 4
const offersPerSecond = isLong ? 20 : 5
/** Chromium allows a page so many, closed ones included until they are collected. */
const chromiumWall = 500

describe('attack: offers by the thousand, half-open links, links that never speak', function () {
  this.timeout(isLong ? 900_000 : 150_000)
  const setup = useRig(witnessed)
  let storm: OfferStorm | undefined
  let strangers: NodeStrangers | undefined
  afterEach(async () => {
    storm?.close()
    await strangers?.close()
  })

  it('leave playback alone, and a page far from the browser’s 500 connections', async () => {
    const { rig } = setup
    const { streamUrl } = rig.origin
    const stream = streamIdOfUrl(streamUrl)
    assert.ok(stream)
    const pages = await openViewers(rig, 2, { ...verifying, initScript: countResources })
    await Promise.all(pages.map((page) => untilLinked(page)))
    await Promise.all(pages.map((page) => untilPlays(page, 1)))
    const before = await reportsOf(pages)
    const madeBefore = await connectionsOf(pages)
    const began = performance.now()
    storm = new OfferStorm({ port: rig.tracker.port, stream, members, offersPerSecond })
    strangers = await NodeStrangers.start(
      Array.from({ length: speechless }, (_, index) => ({
        tracker: rig.tracker.url,
        streamUrl,
        conduct: 'speechless' as const,
        number: 0x51_1e47 + index,
      })),
    )
    const after = await assertUnharmed(pages, before, seconds)
    const made = await connectionsOf(pages)
    const minutes = Math.ceil((performance.now() - began) / 60_000)
    for (const [index, { peerConnectionsMade, peerConnectionsOpen }] of made.entries()) {
      const more = peerConnectionsMade - (madeBefore[index]?.peerConnectionsMade ?? 0)
      assert.ok(more > 0, 'nobody offered anything to this page: it proves nothing')
      assert.ok(more <= attemptsPerMinuteMax * minutes, `${more} connections made in ${minutes} min`)
      assert.ok(peerConnectionsOpen <= linksMax, `${peerConnectionsOpen} connections open`)
      assert.ok((after[index]?.mesh?.links ?? 0) >= 1, 'the honest link is gone')
    }
    assert.ok(await canConnect(pages), 'the page can make no connection any more')
    const { offers, joined, unanswered, refusals } = storm
    assert.equal(joined, members)
    const channels = strangers.seen().map((stranger) => stranger.channels)
    assert.equal(channels.length, speechless, strangers.output())
    assert.ok(Math.min(...channels) > 0, `channels that the speechless opened: ${channels.join(', ')}`)
    assert.ok(offers > 1000 && unanswered > 0, `${offers} offers, ${unanswered} left without an answer`)
    tell(
      `for ${seconds} s: ${joined} members that made ${offers} offers, and left ${unanswered} without an answer; ` +
        `${speechless} that never speak over the ${channels.reduce((sum, count) => sum + count, 0)} channels they opened`,
      `0 stalls, 0 wrong bytes; connections made by the pages ` +
        `${made.map(({ peerConnectionsMade }) => peerConnectionsMade).join(' and ')} (of ${chromiumWall}), open ` +
        `${made.map(({ peerConnectionsOpen }) => peerConnectionsOpen).join(' and ')}; the tracker refused ` +
        ([...refusals].map(([code, count]) => `${count} x ${code}`).join(', ') || 'nothing'),
    )
  })
})

function connectionsOf(pages: readonly Page[]): Promise<PageResources[]> {
  return Promise.all(pages.map((page) => resourcesOf(page)))
}

/** Whether the browser still lets each page make a connection. */
async function canConnect(pages: readonly Page[]): Promise<boolean> {
  const able = await Promise.all(
    pages.map((page) =>
      page.evaluate(() => {
        const connection = new RTCPeerConnection()
        connection.close()
        return true
      }),
    ),
  )
  return able.every(Boolean)
}
