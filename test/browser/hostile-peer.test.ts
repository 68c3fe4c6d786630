import assert from 'node:assert/strict'
import type { Page } from 'playwright'
import { assertIntact } from '../support/browser/assert-intact.js'
import { bundleForPage } from '../support/browser/bundle-for-page.js'
import type { Conduct, Stranger, StrangerOptions } from '../support/hostile/stranger.js'
import { report } from '../support/browser/rig.js'
import { useRig } from '../support/browser/use-rig.js'
import type { ViewerReport } from '../support/browser/viewer-report.js'
import { openPair, patienceMs, untilPlays } from '../support/browser/viewers.js'

/** Playback for so long takes several segments, of each of which the stranger may say something. */
const togetherSeconds = 6

interface StrangerWindow {
  joinAsStranger(options: StrangerOptions): Stranger
  stranger: Stranger
}

describe('two honest viewers and a stranger who', function () {
  this.timeout(150_000)
  const setup = useRig()
  let script: string

  before(async function () {
    this.timeout(60_000)
    script = await bundleForPage('stranger')
  })

  /** Lets a stranger join a sharing pair; whatever it does, they play on, share, and get the origin's bytes. */
  async function meet(conduct: Conduct): Promise<{ pages: Page[]; stranger: () => Promise<Stranger> }> {
    const { rig } = setup
    const pages = await openPair(rig, { record: true })
    const before = await Promise.all(pages.map((page) => report(page)))
    const hostile = await rig.open({ mode: 'plain', start: 'manual' })
    await hostile.addScriptTag({ content: script })
    const { streamUrl } = rig.origin
    const segmentBytes = rig.origin.stats().segments[0]?.sizeBytes ?? 0
    await hostile.evaluate(
      (options) => {
        const page = window as unknown as StrangerWindow
        page.stranger = page.joinAsStranger(options)
      },
      { tracker: rig.tracker.url, streamUrl, conduct, segmentBytes },
    )
    const stranger = () => hostile.evaluate(() => (window as unknown as StrangerWindow).stranger)
    await hostile.waitForFunction(
      () => {
        const { opened, ended } = (window as unknown as StrangerWindow).stranger
        return opened + ended.length >= 2
      },
      undefined,
      { timeout: patienceMs },
    )
    const after = await Promise.all(pages.map((page) => untilPlays(page, togetherSeconds)))
    for (const [index, viewer] of after.entries()) {
      assert.equal(viewer.stalls, before[index]?.stalls)
      assert.deepEqual(viewer.mesh?.warnings, [])
      assert.ok((viewer.mesh?.links ?? 0) >= 1, 'the honest link is gone')
    }
    assert.ok(taken(after) > taken(before), 'nothing is shared any more')
    await assertIntact(pages, 4)
    return { pages, stranger }
  }

  it('sends garbage in place of the handshake is not linked', async () => {
    const { pages, stranger } = await meet('garbage-first')
    assert.equal((await stranger()).opened, 0)
    for (const page of pages) assert.equal((await report(page)).mesh?.links, 1)
  })

  const casts: readonly (readonly [string, Conduct, RegExp])[] = [
    ['turns to garbage once linked', 'garbage-later', /^(frame|message|hello|handle)-/],
    ['tells a wrong length of every segment', 'liar', /^length-conflict$/],
    ['answers with blocks of a wrong length', 'misshapen', /^block-misshapen$/],
    ['sends blocks that nobody asked for', 'unasked', /^block-not-asked$/],
  ]
  for (const [what, conduct, code] of casts) {
    it(`${what} is cast out, with a code`, async () => {
      const { pages } = await meet(conduct)
      const codes = await Promise.all(pages.map(async (page) => (await report(page)).linksClosed))
      // One viewer may have seen the stranger go before it did anything to itself.
      assert.ok(
        codes.flat().some((each) => code.test(each)),
        JSON.stringify(codes),
      )
    })
  }

  for (const [what, conduct] of [
    ['offers everything and never answers', 'mute'],
    ['offers everything and then has nothing', 'empty-handed'],
  ] as const) {
    it(`${what} is passed by`, async () => {
      const { stranger } = await meet(conduct)
      assert.ok((await stranger()).requests > 0, 'the stranger was not asked for anything')
    })
  }
})

function taken(viewers: readonly ViewerReport[]): number {
  return viewers.reduce((sum, { mesh }) => sum + (mesh?.peerBytes ?? 0), 0)
}
