import assert from 'node:assert/strict'
import type { Page } from 'playwright'
import { countResources, resourcesOf } from '../support/browser/count-resources.js'
import { useRig } from '../support/browser/use-rig.js'
import { patienceMs, untilPlays } from '../support/browser/viewers.js'

const warmUpCycles = 10
const countedCycles = 50
/** One segment of each cycle alone, if it stayed, would be 12 MB in the end; engines and their caches far more. */
const growthBytesMax = 5_000_000

interface Player {
  loadSource(url: string): void
  attachMedia(media: HTMLMediaElement): void
  on(event: string, listener: () => void): void
  destroy(): void
}

interface Sharing {
  attach(player: Player): () => void
  on(event: string, listener: () => void): () => void
  close(): void
}

interface CyclePage {
  Hls: new () => Player
  Prismesh: new (options: object) => Sharing
}

interface Cycles {
  readonly count: number
  readonly stream: string
  readonly tracker: string
  /** What each cycle waits for before it ends. */
  readonly until: 'segment' | 'link-opened'
}

describe('players that come and go on one page', function () {
  this.timeout(180_000)
  const setup = useRig()

  async function run(page: Page, count: number, until: Cycles['until']): Promise<void> {
    const { origin, tracker } = setup.rig
    await page.evaluate(runCycles, { count, stream: origin.streamUrl, tracker: tracker.url, until })
  }

  it('do not make it grow', async () => {
    const page = await setup.rig.open({ mode: 'plain', start: 'manual' })
    const session = await page.context().newCDPSession(page)
    const usedBytes = async () => {
      for (let pass = 0; pass < 3; pass += 1) await session.send('HeapProfiler.collectGarbage')
      const usage = (await session.send('Runtime.getHeapUsage')) as {
        usedSize: number
        backingStorageSize: number
      }
      return usage.usedSize + usage.backingStorageSize
    }
    await run(page, warmUpCycles, 'segment')
    const before = await usedBytes()
    await run(page, countedCycles, 'segment')
    const growth = (await usedBytes()) - before
    assert.ok(growth < growthBytesMax, `${growth} bytes more after ${countedCycles} cycles`)
  })

  it('leave neither timer, nor listener, socket or connection, even where they were linked', async () => {
    const { rig } = setup
    await untilPlays(await rig.open(), 1)
    const page = await rig.open({ mode: 'plain', start: 'manual', initScript: countResources })
    const before = await resourcesOf(page)
    await run(page, 3, 'link-opened')
    const deadline = performance.now() + patienceMs
    for (;;) {
      const after = await resourcesOf(page)
      assert.ok(after.peerConnectionsMade >= 3 && after.socketsMade >= 3, 'no links were made')
      assert.equal(after.peerConnectionsOpen, 0)
      assert.deepEqual(after.listeners, before.listeners)
      if (after.timers <= before.timers && after.socketsOpen === 0) return
      assert.ok(performance.now() < deadline, JSON.stringify({ before, after }))
      await page.waitForTimeout(200)
    }
  })
})

/** Runs in the page: each cycle ends in another order of closing, detaching and destroying. */
async function runCycles({ count, stream, tracker, until }: Cycles): Promise<void> {
  const { Hls, Prismesh } = window as unknown as CyclePage
  const video = document.querySelector('video')
  if (!video) throw new Error('the page has no video')
  for (let cycle = 0; cycle < count; cycle += 1) {
    const hls = new Hls()
    const mesh = new Prismesh({ tracker, consent: true, iceServers: [] })
    const detach = mesh.attach(hls)
    const reached = new Promise<void>((resolve) => mesh.on(until, resolve))
    hls.loadSource(stream)
    hls.attachMedia(video)
    await reached
    const endings = [detach, () => mesh.close(), () => hls.destroy()]
    for (let step = 0; step < endings.length; step += 1) endings[(cycle + step) % endings.length]?.()
  }
}
