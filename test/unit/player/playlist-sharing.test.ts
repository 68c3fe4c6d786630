import { deepEqual, equal, ok } from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { PlaylistSharing } from '../../../client-sdk/src/player/playlist-sharing.js'
import type { RenditionId } from '../../../protocol/ids.js'
import { playlistEdgeOf, type SignedPlaylistEdge } from '../../../protocol/playlist-edge.js'
import { liveText } from '../../support/live-text.js'
import { sha256 } from '../../support/sha256.js'
import { VirtualClock } from '../../support/swarm/virtual-clock.js'

const rendition = 'v1' as RenditionId
const url = 'https://cdn.example/v1.m3u8'
const count = 6

describe('PlaylistSharing', () => {
  let clock: VirtualClock
  let sharing: PlaylistSharing
  let differences: number
  let checks: number

  beforeEach(() => {
    clock = new VirtualClock()
    differences = 0
    checks = 0
    sharing = new PlaylistSharing(sha256, clock, () => (differences += 1))
  })

  const pass = (ms: number): void => clock.runUntil(clock.now() + ms)

  /** The window that begins with this segment is at the CDN, and the player asks. Returns what it gets. */
  function poll(first: number, asked = url, from = url): string {
    return sharing.polled(rendition, asked, { url: from, text: liveText(first, count) }).text
  }

  function hear(text: string, isRight = true, of = rendition) {
    const edge = playlistEdgeOf(sha256, of, text)
    ok(edge)
    const signed: SignedPlaylistEdge = { ...edge, signature: new Uint8Array(64) }
    return sharing.heard(signed, () => {
      checks += 1
      return Promise.resolve(isRight)
    })
  }

  /** Segments are born at even seconds, heard of 100 ms later, and polled for half a second later. */
  async function lead(): Promise<void> {
    poll(10)
    pass(1600)
    equal(await hear(liveText(11, count)), true)
    pass(400)
    equal(poll(11), liveText(11, count))
  }

  it('answers with what is newer than what the player has, once', async () => {
    await lead()
    pass(1600)
    await hear(liveText(12, count))
    pass(400)
    deepEqual(sharing.answer(rendition, url), { url, text: liveText(12, count) })
    equal(sharing.answer(rendition, url), undefined)
  })

  it('lets the poll go out where nothing newer was told', async () => {
    await lead()
    equal(sharing.answer(rendition, url), undefined)
    equal(await hear(liveText(11, count)), false)
    equal(sharing.answer(rendition, url), undefined)
  })

  it('lets the poll go out when the next segment may be born', async () => {
    await lead()
    pass(1600)
    await hear(liveText(12, count))
    pass(1699)
    ok(sharing.answer(rendition, url))
    pass(301)
    await hear(liveText(13, count))
    pass(1700)
    equal(sharing.answer(rendition, url), undefined)
  })

  it('knows by the births before when the next segment may be born, where it hears of one late', async () => {
    await lead()
    pass(1600)
    await hear(liveText(12, count))
    pass(3000)
    await hear(liveText(13, count))
    pass(600)
    ok(sharing.answer(rendition, url), '1.6 s after its birth')
    pass(1400)
    await hear(liveText(14, count))
    pass(800)
    equal(sharing.answer(rendition, url), undefined, '1.8 s after its birth, and 800 ms after the news')
  })

  it('takes the shortest segment listed for the length of the next', async () => {
    const mixed = (first: number) => liveText(first, count).replace('2.000,\nseg-13', '1.000,\nseg-13')
    sharing.polled(rendition, url, { url, text: mixed(10) })
    pass(1600)
    await hear(mixed(11))
    pass(699)
    ok(sharing.answer(rendition, url))
    pass(1301)
    await hear(mixed(12))
    pass(700)
    equal(sharing.answer(rendition, url), undefined)
  })

  it('asks the CDN after ten seconds, whatever is told', async () => {
    await lead()
    const told: boolean[] = []
    for (let first = 12; first < 18; first += 1) {
      pass(1600)
      await hear(liveText(first, count))
      pass(400)
      told.push(sharing.answer(rendition, url) !== undefined)
    }
    deepEqual(told, [true, true, true, true, false, false])
    equal(poll(17), liveText(17, count))
    await hear(liveText(18, count))
    ok(sharing.answer(rendition, url))
  })

  it('does not take the player back where its CDN is behind', async () => {
    await lead()
    await hear(liveText(12, count))
    ok(sharing.answer(rendition, url))
    equal(poll(11), liveText(12, count))
  })

  it('goes to the CDN for good, and says so, when the CDN says something else', async () => {
    await lead()
    await hear(liveText(12, count).replace('seg-17', 'seg-other'))
    ok(sharing.answer(rendition, url))
    equal(poll(12), liveText(12, count))
    equal(differences, 1)
    poll(13)
    equal(await hear(liveText(14, count)), false)
    equal(sharing.answer(rendition, url), undefined)
  })

  it('does not mind where a packager puts what goes for several segments', async () => {
    await lead()
    const marked = (first: number) =>
      liveText(first, count).replace(/(#EXTINF.*\n.*13)/, '#EXT-X-KEY:METHOD=NONE\n$1')
    sharing.polled(rendition, url, { url, text: marked(12) })
    equal(await hear(marked(13)), true)
    // What stood in the middle is what the window begins with now.
    sharing.polled(rendition, url, { url, text: marked(13) })
    equal(differences, 0)
  })

  it('says nothing of a CDN that changes its own mind', () => {
    poll(10)
    const changed = liveText(10, count).replace('seg-12', 'seg-other')
    equal(sharing.polled(rendition, url, { url, text: changed }).text, changed)
    equal(differences, 0)
  })

  it('takes nothing that is not proven', async () => {
    await lead()
    equal(await hear(liveText(12, count), false), false)
    equal(sharing.answer(rendition, url), undefined)
    equal(await hear(liveText(12, count)), true)
    ok(sharing.answer(rendition, url), 'a forgery does not stand in the way of the true one')
  })

  it('asks nobody to check what would be of no use: old, of another rendition, of another viewer', async () => {
    await lead()
    const before = checks
    equal(await hear(liveText(10, count)), false)
    equal(await hear(liveText(12, count), true, 'v2' as RenditionId), false)
    equal(await hear(liveText(12, count).replaceAll('.ts', '.ts?token=its')), false)
    equal(checks, before)
  })

  it('keeps apart what is asked for by other addresses, and begins anew where the CDN sends the player elsewhere', async () => {
    await lead()
    await hear(liveText(12, count))
    equal(sharing.answer(rendition, `${url}?pathway=b`), undefined)
    poll(11, url, 'https://edge-2.example/v1.m3u8')
    equal(sharing.answer(rendition, url), undefined)
  })

  it('forgets a playlist that has become something else', async () => {
    await lead()
    await hear(liveText(12, count))
    const ended = `${liveText(12, count)}#EXT-X-ENDLIST\n`
    equal(sharing.polled(rendition, url, { url, text: ended }).text, ended)
    equal(sharing.answer(rendition, url), undefined)
  })
})
