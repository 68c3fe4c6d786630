import assert from 'node:assert/strict'
import type { Page } from 'playwright'
import { countResources, resourcesOf } from '../support/browser/count-resources.js'
import { report, until, type ViewerWindow } from '../support/browser/rig.js'
import { useRig } from '../support/browser/use-rig.js'
import { openPair, patienceMs, untilLinked, untilPlays, untilTakes } from '../support/browser/viewers.js'

describe('a viewer who leaves', function () {
  this.timeout(150_000)
  const setup = useRig()

  it('in the middle of giving costs the other one no stall', async () => {
    const { rig } = setup
    const [first, second] = await openPair(rig)
    // Slow enough that segments are always under way, and the one who goes holds what the other one waits for.
    rig.origin.setFaults({ bytesPerSecond: 200_000 })
    await Promise.any([untilTakes(first, 300_000), untilTakes(second, 300_000)])
    const [uploadedByFirst, uploadedBySecond] = await Promise.all(
      [first, second].map(async (page) => (await report(page)).mesh?.uploadedBytes ?? 0),
    )
    const [giver, taker] =
      Number(uploadedByFirst) > Number(uploadedBySecond) ? [first, second] : [second, first]
    const before = await report(taker)
    await giver.close()
    const after = await untilPlays(taker, 6)
    assert.equal(after.stalls, before.stalls)
  })

  const leavings: readonly (readonly [string, (page: Page) => Promise<void>])[] = [
    ['by hls.destroy()', (page) => inViewer(page, ({ hls }) => hls.destroy())],
    ['by mesh.close()', (page) => inViewer(page, ({ mesh }) => mesh.close())],
    ['by taking Prismesh off the player', (page) => inViewer(page, ({ detach }) => detach())],
  ]
  for (const [what, leave] of leavings) {
    it(`${what} leaves no connection, socket or listener of ours, and the other one alone`, async () => {
      const { rig } = setup
      const stayer = await rig.open()
      const leaver = await rig.open({ start: 'manual', mode: 'plain', initScript: countResources })
      const bare = await resourcesOf(leaver)
      await leaver.close()
      const page = await rig.open({ initScript: countResources })
      await Promise.all([untilLinked(stayer), untilLinked(page), untilPlays(page, 1)])
      const sharing = await resourcesOf(page)
      assert.ok(sharing.peerConnectionsOpen > 0 && sharing.socketsOpen > 0, 'nothing was counted')
      assert.ok(ours(sharing.listeners) > ours(bare.listeners), 'no listeners were counted')

      await leave(page)
      const left = await resourcesOf(page)
      assert.equal(left.peerConnectionsOpen, 0)
      assert.equal(ours(left.listeners), ours(bare.listeners), left.listeners.join(', '))
      await page.waitForFunction(() => {
        const { countedResources } = window as unknown as { countedResources(): { socketsOpen: number } }
        return countedResources().socketsOpen === 0
      })
      await until(stayer, ({ mesh }) => mesh?.reasons[0] === 'alone', 'alone', patienceMs)
      if (!what.includes('destroy')) await untilPlays(page, 3)
      const { peerConnectionsMade, socketsMade } = await resourcesOf(page)
      assert.deepEqual(
        [peerConnectionsMade, socketsMade],
        [sharing.peerConnectionsMade, sharing.socketsMade],
        'something was opened after all was over',
      )
    })
  }

  it('for another stream leaves the swarm of the first, and shares in that of the second', async () => {
    const { rig } = setup
    const other = `${rig.origin.url}/live-demuxed/master.m3u8`
    const [first, second] = await openPair(rig, { initScript: countResources })
    const third = await rig.open({ stream: other })
    await second.evaluate((url) => (window as unknown as ViewerWindow).viewer.hls.loadSource(url), other)
    await until(first, ({ mesh }) => mesh?.links === 0, 'the first stream is left', patienceMs)
    await Promise.all([untilLinked(second), untilLinked(third)])
    await Promise.any([untilTakes(second, 10_000), untilTakes(third, 10_000)])
    const resources = await resourcesOf(second)
    assert.deepEqual([resources.peerConnectionsOpen, resources.socketsOpen], [1, 1])
    assert.deepEqual((await report(second)).fatalErrors, [])
  })

  it('his place in the stream by seeking back plays there, and stays linked', async () => {
    const stream = `${setup.rig.origin.url}/vod/master.m3u8`
    const pages = await openPair(setup.rig, { stream })
    const [, second] = pages
    for (const seconds of [14, 2]) {
      await second.evaluate((time) => {
        ;(window as unknown as ViewerWindow).viewer.video.currentTime = time
      }, seconds)
      await until(
        second,
        ({ playedSeconds }) => playedSeconds > seconds + 1 && playedSeconds < seconds + 6,
        `playback from ${seconds} s`,
        patienceMs,
      )
    }
    const viewer = await report(second)
    assert.deepEqual([viewer.fatalErrors, viewer.mesh?.links], [[], 1])
  })
})

function inViewer(page: Page, act: (viewer: ViewerWindow['viewer']) => void): Promise<void> {
  return page.evaluate(`(${act.toString()})(window.viewer)`)
}

/** How many of these listeners are for events that the SDK listens to. */
function ours(listeners: readonly string[]): number {
  return listeners.filter((each) => /online|pageshow|resume|connection change/.test(each)).length
}
