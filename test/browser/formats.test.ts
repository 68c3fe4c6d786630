import assert from 'node:assert/strict'
import type { Page } from 'playwright'
import { assertIntact } from '../support/browser/assert-intact.js'
import { report, until, type ViewerOptions, type ViewerWindow } from '../support/browser/rig.js'
import { useRig } from '../support/browser/use-rig.js'
import type { ViewerReport } from '../support/browser/viewer-report.js'
import { openPair, patienceMs, untilLinked, untilPlays, untilTakes } from '../support/browser/viewers.js'

/** A recording would be loaded whole before the first link; this leaves most of it for later. */
const shortBuffer = { maxBufferLength: 3, maxMaxBufferLength: 3 }

describe('two viewers share', function () {
  this.timeout(150_000)
  const setup = useRig({ origin: { graceSegments: 60 } })

  it('a live stream of two qualities, and keep their link when one changes quality', async () => {
    const [first, second] = await openPair(setup.rig, { record: true, hls: { startLevel: 0 } })
    for (const level of [1, 0]) {
      await Promise.all([first, second].map((page) => playLevel(page, level)))
      await Promise.any([untilTakes(first, 100_000), untilTakes(second, 100_000)])
    }
    await playLevel(first, 1)
    for (const viewer of await Promise.all([report(first), report(second)])) {
      assert.equal(viewer.mesh?.links, 1)
      assert.deepEqual(viewer.linksClosed, [])
      assert.deepEqual(viewer.fatalErrors, [])
    }
    await assertIntact([first, second], 4)
  })

  it('a live stream with its sound apart, both tracks', async () => {
    const stream = `${setup.rig.origin.url}/live-demuxed/master.m3u8`
    const pages = await openPair(setup.rig, { record: true, stream })
    const tracks = new Set<string>()
    for (const page of pages) {
      await page.exposeFunction('noteTrack', (track: string) => tracks.add(track))
      await page.evaluate(noteSharedTracks)
    }
    await Promise.all(pages.map((page) => untilPlays(page, 4)))
    await until(firstOf(pages), () => tracks.size === 2, 'picture and sound from the other', patienceMs)
    await assertIntact(pages, 6)
  })

  const recordings: readonly (readonly [string, string])[] = [
    ['a recording', 'vod'],
    ['a recording in byte ranges of one fragmented MP4', 'vod-fmp4'],
    ['an encrypted recording', 'vod-aes'],
  ]
  for (const [what, folder] of recordings) {
    it(`${what}: the later one takes it from the earlier one`, async () => {
      const stream = `${setup.rig.origin.url}/${folder}/master.m3u8`
      const options: ViewerOptions = {
        record: true,
        stream,
        hls: { ...shortBuffer, startLevel: 0 },
        // On demand there are no digests.
        options: { integrity: 'off' },
      }
      const first = await setup.rig.open(options)
      await untilPlays(first, 3)
      const second = await setup.rig.open(options)
      // Of four segments it has asked for two by then, and asks for the others as it plays.
      await second.evaluate(() => document.querySelector('video')?.pause())
      await Promise.all([untilLinked(first), untilLinked(second)])
      await second.evaluate(() => document.querySelector('video')?.play())
      await until(second, ({ mesh }) => (mesh?.peerBytes ?? 0) >= 50_000, 'two segments taken', patienceMs)
      await Promise.all([untilPlays(first, 1), untilPlays(second, 1)])
      for (const page of [first, second]) assert.deepEqual((await report(page)).fatalErrors, [])
      await assertIntact([first, second], 2)
    })
  }

  it('no recording that they cannot check, and say so', async () => {
    const stream = `${setup.rig.origin.url}/vod/master.m3u8`
    const pages = await openPair(setup.rig, { stream, hls: shortBuffer })
    for (const page of pages) {
      const { mesh } = await until(page, says('digests-missing'), 'why nothing is shared', patienceMs)
      assert.equal(mesh?.peerBytes, 0)
    }
  })

  it('an encrypted recording without ever sharing its key', async () => {
    const { rig } = setup
    const stream = `${rig.origin.url}/vod-aes/master.m3u8`
    rig.origin.resetStats()
    for (let viewers = 1; viewers <= 2; viewers += 1) {
      await untilPlays(await rig.open({ stream, hls: shortBuffer }), 1)
      assert.equal(
        rig.origin.stats().totals.otherRequests,
        viewers,
        'the key is asked for once by each viewer',
      )
    }
  })
})

function firstOf(pages: readonly Page[]): Page {
  const [first] = pages
  assert.ok(first)
  return first
}

/** Chooses a quality and waits until it is on screen. */
async function playLevel(page: Page, level: number): Promise<void> {
  await page.evaluate((wanted) => {
    const { hls } = (window as unknown as ViewerWindow).viewer
    hls.nextLevel = wanted
  }, level)
  await until(page, (viewer) => viewer.level === level, `quality ${level}`, patienceMs)
}

/** Runs in the page: names the track of every segment of which something came from another viewer. */
function noteSharedTracks(): void {
  const { viewer, noteTrack } = window as unknown as {
    viewer: {
      mesh: { on(event: 'segment', listener: (segment: { key: string; peerBytes: number }) => void): void }
    }
    noteTrack(track: string): void
  }
  viewer.mesh.on('segment', ({ key, peerBytes }) => {
    if (peerBytes > 0) noteTrack(key.slice(0, 1))
  })
}

function says(reason: string): (viewer: ViewerReport) => boolean {
  return ({ mesh }) => mesh?.reasons.includes(reason) === true
}
