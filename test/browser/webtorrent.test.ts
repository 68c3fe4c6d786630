import assert from 'node:assert/strict'
import { fairConfiguration, installPeer, peerFiles, peerPagePath } from '../bench/swarm/peer-package.js'
import { report, until } from '../support/browser/rig.js'
import { useRig } from '../support/browser/use-rig.js'
import { openViewers, patienceMs, untilPlays } from '../support/browser/viewers.js'

const viewers = 3
/** Of 1 Mbit/s and two seconds each: some segments, and not what a link that broke at once would have brought. */
const sharedBytesMin = 500_000

describe('viewers with p2p-media-loader', function () {
  // It is installed first, where it is not yet.
  this.timeout(300_000)
  before(() => installPeer())
  const setup = useRig({ tracker: { webtorrent: true }, pageFiles: peerFiles })

  it('find each other at /announce and share segments', async () => {
    const { rig } = setup
    const pages = await openViewers(rig, viewers, {
      path: peerPagePath,
      tracker: `${rig.tracker.url}/announce`,
      hls: fairConfiguration.hls,
      options: { stream: fairConfiguration.stream },
    })
    await Promise.all(pages.map((page) => untilPlays(page, 1)))
    await Promise.all(
      pages.map((page) => until(page, ({ mesh }) => (mesh?.links ?? 0) >= 1, 'a link', patienceMs)),
    )
    let taken = 0
    for (const end = performance.now() + patienceMs; taken < sharedBytesMin && performance.now() < end;) {
      const reports = await Promise.all(pages.map((page) => report(page)))
      taken = reports.reduce((sum, { mesh }) => sum + (mesh?.peerBytes ?? 0), 0)
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    assert.ok(taken >= sharedBytesMin, `${taken} bytes from each other`)
    for (const page of pages) {
      const { mesh, fatalErrors } = await report(page)
      assert.deepEqual([mesh?.warnings, fatalErrors], [[], []])
    }
    const { connections, peers, answersRelayed, failures } = rig.tracker.stats().webtorrent ?? {}
    assert.equal(connections, viewers)
    assert.ok((peers ?? 0) >= viewers, `${peers} peers`)
    assert.ok((answersRelayed ?? 0) >= viewers - 1, `${answersRelayed} answers`)
    assert.equal(failures, 0)
    assert.equal(rig.tracker.stats().totals.members, 0)
  })
})
