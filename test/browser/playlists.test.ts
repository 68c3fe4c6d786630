import assert from 'node:assert/strict'
import type { Page } from 'playwright'
import { PlaylistProxy } from '../support/browser/playlist-proxy.js'
import { report, until, type ViewerWindow } from '../support/browser/rig.js'
import { useRig } from '../support/browser/use-rig.js'
import { witnessOf } from '../support/witness-of-origin.js'
import { patienceMs, untilLinked, untilPlays } from '../support/browser/viewers.js'
import type { ViewerReport } from '../support/browser/viewer-report.js'

/** How often a player asks for a playlist by itself: the origin's segments are 2 s long. */
const pollSeconds = 2

describe('playlists of viewers who are linked', function () {
  this.timeout(150_000)
  let proxy: PlaylistProxy

  before(async () => {
    proxy = await PlaylistProxy.start()
  })

  const setup = useRig({
    tracker: (streamUrl) => {
      proxy.origin = new URL(streamUrl).origin
      return witnessOf(proxy.url)
    },
  })

  afterEach(() => {
    proxy.change = (text) => text
  })

  after(() => proxy.close())

  it('come from what others tell, mostly, in the rhythm of the player, and take nobody further behind', async () => {
    const pages = await open([{}, {}, { sharePlaylists: false }])
    const sharing = pages.slice(0, 2)
    await Promise.all(sharing.map((page) => until(page, hasShared(2), 'polls are shared', patienceMs)))
    const [before, polledBefore] = [await reports(pages), proxy.polls]
    await Promise.all(pages.map((page) => untilPlays(page, 20)))
    const [after, polled] = [await reports(pages), proxy.polls - polledBefore]
    const grown = (by: 'cdn' | 'shared', ...which: readonly number[]) =>
      which.reduce((total, index) => total + polls(after[index], by) - polls(before[index], by), 0)
    const [cdn, shared] = [grown('cdn', 0, 1), grown('shared', 0, 1)]
    assert.ok(Math.abs(polled - grown('cdn', 0, 1, 2)) <= pages.length, `${polled} polls, and others counted`)
    // Polls come 1.0 to 1.6 s after a birth, when the news are there and the next birth is not near: four of five.
    assert.ok(shared >= 2 * cdn, `${shared} of ${cdn + shared} polls were shared`)
    assert.ok(cdn >= 2, 'each asks its CDN again within ten seconds')
    const plain = grown('cdn', 2)
    assert.ok(
      cdn + shared <= 2 * (plain + 2),
      `${cdn + shared} polls by two, ${plain} by one that does not share`,
    )
    for (const { latencies } of after) {
      const [atFirst, atLast] = [mean(latencies.slice(0, 5)), mean(latencies.slice(-5))]
      assert.ok(atLast <= atFirst + 0.3, `from ${atFirst} to ${atLast} s behind live`)
    }
    for (const [index, { stalls, mesh }] of after.entries()) {
      assert.equal(stalls, before[index]?.stalls)
      assert.deepEqual(mesh?.warnings, [])
    }
  })

  it('come from the CDN where the page wants that', async () => {
    const pages = await open([{ sharePlaylists: false }, { sharePlaylists: false }])
    await Promise.all(pages.map((page) => untilPlays(page, 5 * pollSeconds)))
    assert.equal(sum(await reports(pages), 'shared'), 0)
  })

  it('come from the CDN while the witness sees the stream stand still', async () => {
    const pages = await open([{}, {}])
    await Promise.all(pages.map((page) => until(page, hasShared(2), 'polls are shared', patienceMs)))
    let frozen = ''
    proxy.change = (text, reader) => (reader === 'witness' ? (frozen ||= text) : text)
    await Promise.all(pages.map((page) => untilPlays(page, 2 * pollSeconds)))
    const before = await reports(pages)
    const after = await Promise.all(pages.map((page) => untilPlays(page, 6 * pollSeconds)))
    assert.equal(sum(after, 'shared'), sum(before, 'shared'))
    for (const [index, { stalls, mesh }] of after.entries()) {
      assert.equal(stalls, before[index]?.stalls)
      assert.deepEqual(
        mesh?.warnings.filter((code) => code === 'playlists-differ'),
        [],
      )
    }
  })

  it('come from the CDN for good once the witness has told what is not so', async () => {
    const pages = await open([{}, {}])
    await Promise.all(pages.map((page) => until(page, hasShared(1), 'polls are shared', patienceMs)))
    // It lists each segment a moment too early: with the address of the one before.
    proxy.change = (text, reader) => (reader === 'witness' ? withOtherEnd(text) : text)
    const told = await Promise.all(
      pages.map((page) =>
        until(
          page,
          ({ mesh }) => mesh?.warnings.includes('playlists-differ') === true,
          'it is found out',
          patienceMs,
        ),
      ),
    )
    const after = await Promise.all(pages.map((page) => untilPlays(page, 5 * pollSeconds)))
    assert.equal(sum(after, 'shared'), sum(told, 'shared'))
    for (const { mesh } of after) assert.deepEqual(mesh?.warnings, ['playlists-differ'])
  })

  it('come from the CDN where each viewer has a token of its own in them', async () => {
    let count = 0
    proxy.change = (text) => {
      const token = (count += 1)
      return text.replaceAll(/^[^#\s].*$/gm, (uri) => `${uri}?token=${token}`)
    }
    const pages = await open([{}, {}])
    await Promise.all(pages.map((page) => untilPlays(page, 5 * pollSeconds)))
    const after = await reports(pages)
    assert.equal(sum(after, 'shared'), 0)
    for (const { mesh } of after) assert.deepEqual(mesh?.warnings, [])
  })

  async function open(each: readonly Record<string, unknown>[]): Promise<Page[]> {
    const stream = proxy.url + new URL(setup.rig.origin.streamUrl).pathname
    const pages: Page[] = []
    for (const options of each) {
      const page = await setup.rig.open({ stream, options, start: 'manual' })
      await page.waitForFunction(() => 'viewer' in window)
      await startAfterBirth(page)
      pages.push(page)
    }
    await Promise.all(pages.map((page) => untilLinked(page, each.length - 1)))
    return pages
  }
})

/** Half way between the births of two segments, so that polls do not fall together with the news of one. */
function startAfterBirth(page: Page): Promise<void> {
  return page.evaluate(
    (periodMs) =>
      new Promise<void>((resolve) => {
        setTimeout(
          () => {
            ;(window as unknown as ViewerWindow).viewer.start()
            resolve()
          },
          periodMs - ((Date.now() + periodMs / 2) % periodMs),
        )
      }),
    pollSeconds * 1000,
  )
}

function hasShared(count: number): (viewer: ViewerReport) => boolean {
  return ({ mesh }) => (mesh?.playlists.shared ?? 0) >= count
}

function reports(pages: readonly Page[]): Promise<ViewerReport[]> {
  return Promise.all(pages.map((page) => report(page)))
}

function sum(viewers: readonly ViewerReport[], by: 'cdn' | 'shared'): number {
  return viewers.reduce((total, viewer) => total + polls(viewer, by), 0)
}

function polls(viewer: ViewerReport | undefined, by: 'cdn' | 'shared'): number {
  return viewer?.mesh?.playlists[by] ?? 0
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length
}

/** The last segment has the URI of the one before. */
function withOtherEnd(text: string): string {
  const uris = text.match(/^[^#\s].*$/gm) ?? []
  const [before = '', last = ''] = uris.slice(-2)
  return text.replace(`${last}\n`, `${before}\n`)
}
