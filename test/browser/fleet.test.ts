import assert from 'node:assert/strict'
import type { Page } from 'playwright'
import { FleetRig } from '../support/fleet/fleet-rig.js'
import { report, until } from '../support/browser/rig.js'
import { useRig } from '../support/browser/use-rig.js'
import { openViewers, patienceMs, untilLinked, untilPlays } from '../support/browser/viewers.js'

/** A viewer that came first may have been moved already, and is moved again after 30 s at the earliest. */
const gatheringMs = 90_000

describe('a fleet of trackers, seen by its viewers', function () {
  this.timeout(240_000)
  const setup = useRig()
  let fleet: FleetRig

  before(async () => {
    fleet = await FleetRig.start('nats')
    await fleet.untilKnown(2)
  })
  after(() => fleet.close())

  async function stallsOf(pages: readonly Page[]): Promise<number[]> {
    return Promise.all(pages.map(async (page) => (await report(page)).stalls))
  }

  /** The place of the tracker that has all of so many members. */
  async function homeOf(members: number): Promise<number> {
    return Promise.any(
      fleet.trackers.map(async (tracker, index) => {
        await tracker.until(({ totals }) => totals.members === members, 'all viewers are here', gatheringMs)
        return index
      }),
    )
  }

  it('brings viewers of three processes together, and loses no playback when a process and the broker die', async () => {
    const { rig } = setup
    const pages = await openViewers(rig, 3, { tracker: fleet.url })
    // The balancer gave each of them a process of its own: only moves can bring them together.
    const home = await homeOf(3)
    await Promise.all(pages.map((page) => untilLinked(page, 2)))
    await Promise.all(pages.map((page) => untilPlays(page, 2)))
    const before = await stallsOf(pages)

    await fleet.at(home).kill()
    const alone = await Promise.all(pages.map((page) => untilPlays(page, 6)))
    assert.deepEqual(
      alone.map(({ mesh, linksClosed }) => [mesh?.links, linksClosed]),
      pages.map(() => [2, []]),
    )
    await Promise.all(
      pages.map((page) =>
        until(
          page,
          ({ mesh }) => mesh?.reasons.includes('tracker-unreachable') === false,
          'joined again',
          patienceMs,
        ),
      ),
    )

    await fleet.broker.kill()
    const after = await Promise.all(pages.map((page) => untilPlays(page, 6)))
    assert.deepEqual(
      after.map(({ mesh, linksClosed }) => [mesh?.links, linksClosed]),
      pages.map(() => [2, []]),
    )
    assert.deepEqual(await stallsOf(pages), before)
  })
})
