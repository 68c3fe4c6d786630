import assert from 'node:assert/strict'
import { fairConfiguration } from '../bench/swarm/peer-package.js'
import { shapes } from '../bench/swarm/shapes.js'
import { SwarmRig } from '../bench/swarm/swarm-rig.js'
import { report, until, type ViewerWindow } from '../support/browser/rig.js'
import type { ViewerReport } from '../support/browser/viewer-report.js'
import { patienceMs, untilPlays } from '../support/browser/viewers.js'

const viewers = 3
/** Of each viewer, from its neighbours: of a segment of 250 kB, which each of them plays, they give two thirds. */
const takenBytesMin = 400_000

describe('viewers with bare channels', function () {
  this.timeout(180_000)
  let rig: SwarmRig | undefined
  afterEach(() => rig?.close())

  it('play from the CDN, and give those beside them what viewers who share would give', async () => {
    const [usual] = shapes.filter(({ name }) => name === '8')
    assert.ok(usual)
    rig = await SwarmRig.start({
      shape: { ...usual, viewers },
      player: 'channel',
      peer: fairConfiguration,
      integrity: 'off',
      sparsePictures: true,
      network: undefined,
    })
    const pages = []
    for (let index = 0; index < viewers; index += 1) pages.push(await rig.open())
    for (const page of pages) {
      await page.evaluate(() => (window as unknown as ViewerWindow).viewer.start())
      await untilPlays(page, 1)
    }
    const linked = await Promise.all(
      pages.map((page) => until(page, ({ mesh }) => mesh?.links === 2, 'two links', patienceMs)),
    )
    const taken = ({ mesh }: ViewerReport): number => mesh?.peerBytes ?? 0
    for (const [index, page] of pages.entries()) {
      const before = linked[index]
      assert.ok(before)
      const enough = taken(before) + takenBytesMin
      await until(page, (viewer) => taken(viewer) >= enough, `${enough} bytes from neighbours`, patienceMs)
      const { mesh: after, fatalErrors } = await report(page)
      const given = (after?.uploadedBytes ?? 0) - (before.mesh?.uploadedBytes ?? 0)
      const loaded = (after?.cdnBytes ?? 0) - (before.mesh?.cdnBytes ?? 0)
      // Of each segment it is rounded to whole bytes.
      assert.ok(loaded > 0 && Math.abs(given - (loaded * 2) / 3) < 20, `${given} bytes given of ${loaded}`)
      assert.deepEqual(fatalErrors, [])
    }
  })
})
