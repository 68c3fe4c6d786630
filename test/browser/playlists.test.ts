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

  it('come from what others tell, mostly, and never from further behind', async () => {
    const pages = await open(2, {})
    await Promise.all(pages.map((page) => until(page, hasShared(2), 'polls are shared', patienceMs)))
    const [before, polledBefore] = [await reports(pages), proxy.polls]
    await Promise.all(pages.map((page) => untilPlays(page, 20)))
    const after = await reports(pages)
    const [cdn, shared] = [
      sum(after, 'cdn') - sum(before, 'cdn'),
      sum(after, 'shared') - sum(before, 'shared'),
    ]
    assert.ok(
      Math.abs(proxy.polls - polledBefore - cdn) <= pages.length,
      `${proxy.polls} polls, ${cdn} counted`,
    )
    assert.ok(shared >= cdn, `${shared} of ${cdn + shared} polls were shared`)
    assert.ok(cdn >= 2, 'each asks its CDN again within ten seconds')
    for (const [index, { stalls, mesh }] of after.entries()) {
      assert.equal(stalls, before[index]?.stalls)
      assert.deepEqual(mesh?.warnings, [])
    }
  })

  it('come from the CDN where the page wants that', async () => {
    const pages = await open(2, { sharePlaylists: false })
    await Promise.all(pages.map((page) => untilPlays(page, 5 * pollSeconds)))
    assert.equal(sum(await reports(pages), 'shared'), 0)
  })

  it('come from the CDN while the witness sees the stream stand still', async () => {
    const pages = await open(2, {})
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
    const pages = await open(2, {})
    await Promise.all(pages.map((page) => until(page, hasShared(1), 'polls are shared', patienceMs)))
    // It lists each segment a moment too early: with the address of the one before.
    proxy.change = (text, reader) => (reader === 'witness' ? withOtherEnd(text) : text)
    const told = await Promise.all(
      pages.map((page) =>
        until(
          page,
          ({ mesh }) => mesh?.reasons.includes('playlists-differ') === true,
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
    const pages = await open(2, {})
    await Promise.all(pages.map((page) => untilPlays(page, 5 * pollSeconds)))
    const after = await reports(pages)
    assert.equal(sum(after, 'shared'), 0)
    for (const { mesh } of after) assert.deepEqual(mesh?.warnings, [])
  })

  async function open(count: number, options: Record<string, unknown>): Promise<Page[]> {
    const stream = proxy.url + new URL(setup.rig.origin.streamUrl).pathname
    const pages: Page[] = []
    for (let index = 0; index < count; index += 1) {
      const page = await setup.rig.open({ stream, options, start: 'manual' })
      await page.waitForFunction(() => 'viewer' in window)
      await startAfterBirth(page)
      pages.push(page)
    }
    await Promise.all(pages.map((page) => untilLinked(page, count - 1)))
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
  return viewers.reduce((total, { mesh }) => total + (mesh?.playlists[by] ?? 0), 0)
}

/** The last segment has the URI of the one before. */
function withOtherEnd(text: string): string {
  const uris = text.match(/^[^#\s].*$/gm) ?? []
  const [before = '', last = ''] = uris.slice(-2)
  return text.replace(`${last}\n`, `${before}\n`)
}
