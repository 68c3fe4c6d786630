import { until } from '../support/browser/rig.js'
import { useRig } from '../support/browser/use-rig.js'
import { openPair, patienceMs } from '../support/browser/viewers.js'

const mbit = 1e6 / 8

describe('viewers whose players choose among renditions', function () {
  this.timeout(180_000)
  const setup = useRig({ origin: { paddedLadder: [600_000, 1_000_000, 1_800_000] } })

  // Each fetches only some segments itself: what the others send must not hide that the CDN has slowed down.
  it('take the best one that the CDN carries, and a lower one soon after it slows down', async () => {
    const { origin } = setup.rig
    origin.setFaults({ bytesPerSecond: 4 * mbit })
    const pages = await openPair(setup.rig)
    await Promise.all(pages.map((page) => until(page, ({ level }) => level === 2, 'the best', patienceMs)))
    origin.setFaults({ bytesPerSecond: 0.8 * mbit })
    await Promise.all(
      pages.map((page) => until(page, ({ level }) => level < 2, 'one that the CDN carries', 30_000)),
    )
  })
})
