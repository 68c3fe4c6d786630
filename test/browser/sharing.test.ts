import assert from 'node:assert/strict'
import type { Page } from 'playwright'
import type { OriginStats } from '../../demo/origin/traffic/origin-stats.js'
import { assertIntact } from '../support/browser/assert-intact.js'
import { report, type Rig } from '../support/browser/rig.js'
import { useRig } from '../support/browser/use-rig.js'
import type { MeshReport } from '../support/browser/viewer-report.js'
import { openViewers, patienceMs, untilLinked, untilPlays } from '../support/browser/viewers.js'

/** Segments that are counted; the newest few of the origin's list are still being fetched. */
const countedSegments = 6
const unfinishedSegments = 3

describe('three viewers of a live stream', function () {
  this.timeout(180_000)
  const setup = useRig()

  it('share it: fewer copies, no stalls, honest figures, and every byte as the origin sent it', async () => {
    const { rig } = setup
    const pages = await openViewers(rig, 3, { record: true })
    await Promise.all(pages.map((page) => untilLinked(page, 2)))
    await Promise.all(pages.map((page) => untilPlays(page, 1)))
    const stallsBefore = await stalls(pages)

    const copies = await copiesFromNowOn(rig)
    assert.ok(copies <= 2, `${copies} copies per segment for three viewers`)
    assert.deepEqual(await stalls(pages), stallsBefore)

    const meshes = (await Promise.all(pages.map((page) => report(page)))).flatMap(({ mesh }) => mesh ?? [])
    assert.equal(meshes.length, 3)
    // One whose playlist comes first at every turn may fetch all that the others take of it.
    assert.ok(meshes.filter(({ peerBytes }) => peerBytes > 0).length >= 2, JSON.stringify(meshes))
    for (const mesh of meshes) assert.ok(mesh.peerBytes + mesh.uploadedBytes > 0, JSON.stringify(mesh))

    await untilFiguresAgree(rig, pages)
    await assertIntact(pages, countedSegments)
  })
})

async function stalls(pages: readonly Page[]): Promise<number[]> {
  return Promise.all(pages.map(async (page) => (await report(page)).stalls))
}

/** Bytes that the origin sends per byte of segment, over the next few segments that nobody has asked for yet. */
async function copiesFromNowOn(rig: Rig): Promise<number> {
  const newest = (stats: OriginStats) => stats.segments.at(-1)?.sequence ?? 0
  const from = newest(rig.origin.stats())
  await waitFor(
    () => newest(rig.origin.stats()) >= from + countedSegments + unfinishedSegments,
    'new segments',
  )
  const counted = rig.origin
    .stats()
    .segments.filter(({ sequence }) => sequence > from && sequence <= from + countedSegments)
  assert.ok(counted.length >= countedSegments - 1, `only ${counted.length} segments were fetched at all`)
  const sum = (field: 'bytesSent' | 'sizeBytes') => counted.reduce((total, each) => total + each[field], 0)
  return sum('bytesSent') / sum('sizeBytes')
}

/** What is under way is in one account and not yet in the other: the figures agree whenever nothing is. */
async function untilFiguresAgree(rig: Rig, pages: readonly Page[]): Promise<void> {
  let figures = ''
  await waitFor(
    async () => {
      const viewers = await Promise.all(pages.map((page) => report(page)))
      const meshes = viewers.flatMap(({ mesh }) => (mesh ? [mesh] : []))
      const sum = (field: keyof MeshReport) => meshes.reduce((total, mesh) => total + Number(mesh[field]), 0)
      const { totals, segments } = rig.origin.stats()
      // Where two claimed one segment at once, one of them gave up, and what was on its way never arrived.
      const givenUpMax = 2 * Math.max(...segments.map(({ sizeBytes }) => sizeBytes))
      const said = sum('cdnBytes')
      const cdn = said / Math.min(totals.segmentBytes, Math.max(said, totals.segmentBytes - givenUpMax))
      const peers = sum('peerBytes') / sum('uploadedBytes')
      figures = `said of sent by the CDN: ${cdn}, taken of given: ${peers}`
      return Math.abs(cdn - 1) < 0.01 && Math.abs(peers - 1) < 0.01
    },
    'agreement',
    () => figures,
  )
}

async function waitFor(
  isSo: () => boolean | Promise<boolean>,
  what: string,
  detail: () => string = () => '',
): Promise<void> {
  const deadline = performance.now() + patienceMs
  while (!(await isSo())) {
    if (performance.now() > deadline) assert.fail(`no ${what} within ${patienceMs} ms: ${detail()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
