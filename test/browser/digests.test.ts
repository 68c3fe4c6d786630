import assert from 'node:assert/strict'
import type { Page } from 'playwright'
import { assertIntact } from '../support/browser/assert-intact.js'
import { bundleForPage } from '../support/browser/bundle-for-page.js'
import type { Stranger, StrangerOptions } from '../support/hostile/stranger.js'
import { report, until } from '../support/browser/rig.js'
import { useRig } from '../support/browser/use-rig.js'
import type { ViewerReport } from '../support/browser/viewer-report.js'
import { openPair, patienceMs, untilLinked, untilPlays, untilTakes } from '../support/browser/viewers.js'

const required = { record: true } as const

/** A changed block is thrown away, a second one too, and then the link is closed. */
const changedBlocksMax = 2

interface StrangerWindow {
  joinAsStranger(options: StrangerOptions): Stranger
  stranger: Stranger
}

describe('viewers who take nothing unverified', function () {
  this.timeout(150_000)

  describe('with a tracker that witnesses the origin', () => {
    const setup = useRig()
    let script: string

    before(async function () {
      this.timeout(60_000)
      script = await bundleForPage('stranger')
    })

    it('share what is verified, without a stall', async () => {
      const pages = await openPair(setup.rig, required)
      const before = await reports(pages)
      const segmentBytes = bytesPerSegment(setup.rig.origin.stats().segments)
      await Promise.race(pages.map((page) => untilTakes(page, 2 * segmentBytes)))
      await Promise.all(pages.map((page) => untilPlays(page, 6)))
      const after = await reports(pages)
      for (const [index, { stalls, mesh }] of after.entries()) {
        assert.equal(stalls, before[index]?.stalls)
        assert.deepEqual(mesh?.reasons, ['sharing'])
        assert.equal(mesh?.changedBlocks, 0)
      }
      await assertIntact(pages, 4)
    })

    it('share in a browser without Ed25519, and say that it takes the tracker at its word', async () => {
      const { rig } = setup
      const pages = [
        await rig.open(required),
        await rig.open({ ...required, initScript: lackEd25519 }),
      ] as const
      await Promise.all(pages.map((page) => untilLinked(page)))
      const before = await report(pages[1])
      await untilTakes(pages[1], bytesPerSegment(rig.origin.stats().segments))
      const [able, lacking] = await Promise.all([untilPlays(pages[0], 4), untilPlays(pages[1], 4)])
      assert.deepEqual(able.mesh?.reasons, ['sharing'])
      assert.deepEqual(lacking.mesh?.reasons, ['sharing', 'signatures-unchecked'])
      assert.deepEqual([lacking.mesh?.warnings, lacking.stalls], [[], before.stalls])
      await assertIntact(pages, 3)
    })

    it('cast out who sends changed blocks after two of them, play none, and share on', async () => {
      const { rig } = setup
      const pages = await openPair(rig, required)
      const segmentBytes = bytesPerSegment(rig.origin.stats().segments)
      const before = await reports(pages)
      const polluter = await rig.open({ mode: 'plain', start: 'manual' })
      await polluter.addScriptTag({ content: script })
      await polluter.evaluate(
        (options) => {
          const page = window as unknown as StrangerWindow
          page.stranger = page.joinAsStranger(options)
        },
        {
          tracker: rig.tracker.url,
          streamUrl: rig.origin.streamUrl,
          conduct: 'polluter' as const,
          segmentBytes,
        },
      )
      await Promise.any(
        pages.map((page) =>
          until(
            page,
            ({ linksClosed }) => linksClosed.includes('block-changed'),
            'the polluter is out',
            patienceMs,
          ),
        ),
      )
      const pollutedAt = await reports(pages)
      await Promise.race(pages.map((page) => untilTakes(page, segmentBytes)))
      await Promise.all(pages.map((page) => untilPlays(page, 6)))
      const after = await reports(pages)
      for (const [index, { stalls, mesh }] of after.entries()) {
        assert.equal(stalls, before[index]?.stalls, 'the polluter added a stall')
        assert.ok((mesh?.changedBlocks ?? 0) <= changedBlocksMax, `${mesh?.changedBlocks} changed blocks`)
        assert.ok((mesh?.links ?? 0) >= 1, 'the honest link is gone')
      }
      assert.ok(pollutedAt.some(({ mesh }) => mesh?.changedBlocks === changedBlocksMax))
      await assertIntact(pages, 4)
    })
  })

  describe('with a tracker that witnesses nothing', () => {
    const setup = useRig({ tracker: { witness: [] } })

    it('play on from the CDN, and say why', async () => {
      const pages = [await setup.rig.open(required), await setup.rig.open(required)]
      await Promise.all(pages.map((page) => untilLinked(page)))
      const before = await reports(pages)
      const after = await Promise.all(pages.map((page) => untilPlays(page, 6)))
      for (const [index, { stalls, mesh }] of after.entries()) {
        assert.equal(stalls, before[index]?.stalls)
        assert.equal(mesh?.peerBytes, 0)
        assert.ok((mesh?.cdnBytes ?? 0) > 0)
        assert.equal(mesh?.reasons[0], 'no-digests')
      }
      await assertIntact(pages, 4)
    })
  })
})

/** As in browsers before Chromium 137, Firefox 129 and Safari 17. */
function lackEd25519(): void {
  const { subtle } = crypto
  const importKey = subtle.importKey.bind(subtle) as (...args: unknown[]) => Promise<CryptoKey>
  Object.defineProperty(subtle, 'importKey', {
    value: (...args: unknown[]) =>
      args[2] === 'Ed25519'
        ? Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError'))
        : importKey(...args),
  })
}

function reports(pages: readonly Page[]): Promise<ViewerReport[]> {
  return Promise.all(pages.map((page) => report(page)))
}

/** Of a stream whose segments are alike. */
function bytesPerSegment(segments: readonly { readonly sizeBytes: number }[]): number {
  const [segment] = segments
  assert.ok(segment, 'nothing was fetched yet')
  return segment.sizeBytes
}
