import assert from 'node:assert/strict'
import type { Page } from 'playwright'
import { noFaults, type FaultChange } from '../../demo/origin/faults/fault-settings.js'
import { assertIntact } from '../support/browser/assert-intact.js'
import { report } from '../support/browser/rig.js'
import { useRig } from '../support/browser/use-rig.js'
import { openPair, untilPlays } from '../support/browser/viewers.js'

/** Playback for so long takes three segments that meet the fault. */
const disturbedSeconds = 6

interface Trouble {
  readonly what: string
  readonly faults: FaultChange
  /** Plain hls.js plays through it without a stall: sharing must not add one. */
  readonly harmless?: boolean
}

const troubles: readonly Trouble[] = [
  { what: 'takes 400 ms to answer', faults: { latencyMs: 400 }, harmless: true },
  { what: 'sends at three times the stream’s rate', faults: { bytesPerSecond: 375_000 }, harmless: true },
  { what: 'ignores Range', faults: { ignoreRange: true }, harmless: true },
  { what: 'fails a third of the requests with 503', faults: { failShare: 0.33, failStatus: 503 } },
  { what: 'fails a third of the requests with 404', faults: { failShare: 0.33, failStatus: 404 } },
  { what: 'cuts a third of its answers halfway', faults: { truncateShare: 0.33 } },
  { what: 'hangs before a quarter of its answers', faults: { hangShare: 0.25, hangPlace: 'before' } },
  { what: 'hangs inside a quarter of its answers', faults: { hangShare: 0.25, hangPlace: 'inside' } },
]

describe('a CDN that', function () {
  this.timeout(180_000)
  const setup = useRig()

  for (const { what, faults, harmless } of troubles) {
    it(`${what}: a sharing pair plays on, and gets no wrong byte`, async () => {
      const { rig } = setup
      const pages = await openPair(rig, { record: true })
      const stallsBefore = await stalls(pages)
      const takenBefore = await taken(pages)
      rig.origin.setFaults({ seed: 7, ...faults })
      await Promise.all(pages.map((page) => untilPlays(page, disturbedSeconds, 90_000)))
      assert.ok((await taken(pages)) > takenBefore, 'nothing was shared meanwhile')
      if (harmless) assert.deepEqual(await stalls(pages), stallsBefore)
      rig.origin.setFaults(noFaults)
      await assertIntact(pages, 4)
    })
  }

  // With the playlists gone as well, hls.js gives up by itself, whoever loads the segments.
  it('has no segments for a while and then has them again: both play on, still linked', async () => {
    const { rig } = setup
    const pages = await openPair(rig, { record: true })
    rig.origin.setFaults({ failShare: 1, failStatus: 503 })
    await Promise.all(pages.map((page) => untilDry(page)))
    rig.origin.setFaults(noFaults)
    const viewers = await Promise.all(pages.map((page) => untilPlays(page, 4, 90_000)))
    for (const viewer of viewers) assert.equal(viewer.mesh?.links, 1)
    const before = await taken(pages)
    await Promise.all(pages.map((page) => untilPlays(page, 4)))
    assert.ok((await taken(pages)) > before, 'nothing is shared any more')
    await assertIntact(pages, 4)
  })
})

async function stalls(pages: readonly Page[]): Promise<number[]> {
  return Promise.all(pages.map(async (page) => (await report(page)).stalls))
}

async function taken(pages: readonly Page[]): Promise<number> {
  const viewers = await Promise.all(pages.map((page) => report(page)))
  return viewers.reduce((sum, { mesh }) => sum + (mesh?.peerBytes ?? 0), 0)
}

/** Until what was buffered has been played. */
async function untilDry(page: Page): Promise<void> {
  await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 4) < 3, undefined, {
    timeout: 60_000,
  })
}
