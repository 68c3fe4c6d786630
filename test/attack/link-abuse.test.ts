import assert from 'node:assert/strict'
import type { Page } from 'playwright'
import { useRig } from '../support/browser/use-rig.js'
import { openViewers, untilLinked, untilPlays } from '../support/browser/viewers.js'
import { NodeStrangers } from '../support/hostile/node-strangers.js'
import type { Conduct } from '../support/hostile/stranger.js'
import { isLong, tell } from './attack-report.js'
import { assertUnharmed, reportsOf, segmentBytesOf, verifying, witnessed } from './victims.js'

/** With which code a link to one who behaves so ends. `undefined`: it may stay, and is passed by. */
const outcomes: Readonly<Partial<Record<Conduct, RegExp>>> = {
  'garbage-later': /^(?:frame|message|hello|handle)-/,
  liar: /^length-conflict$/,
  misshapen: /^block-misshapen$/,
  unasked: /^block-not-asked$/,
  asker: /^handle-unknown$/,
  glutton: /^too-many-requests$/,
  hoarder: /^too-many-segments$/,
  talker: /^frame-flood$/,
  'giant-frame': /^frame-length$/,
  'tiny-frames': /^frame-idle-flood$/,
}
/** These keep within the rules, and give nothing of use. */
const tolerated: readonly Conduct[] = ['garbage-first', 'mute', 'empty-handed', 'slow-drip']

/** So few that each of them is introduced to both viewers, and not only to its like. */
const atOnce = 5
/** To join, be introduced, link, and do what one came for. */
const meetingMs = 8000

/** What a page may have more on its heap after all that: its own cache and player go up and down by as much. */
const heapGrowthMax = 64 * 2 ** 20
/** Of one core, while it is attacked: playing and sharing take a tenth of that. */
const busyShareMax = 0.8

describe('attack: lies, drips, floods, giant and tiny frames on a link', function () {
  this.timeout(isLong ? 900_000 : 150_000)
  const setup = useRig(witnessed)
  let strangers: NodeStrangers | undefined
  afterEach(() => strangers?.close())

  it('end the link with a code, and cost bounded memory and CPU', async () => {
    const { rig } = setup
    const pages = await openViewers(rig, 2, verifying)
    await Promise.all(pages.map((page) => untilLinked(page)))
    await Promise.all(pages.map((page) => untilPlays(page, 1)))
    const segmentBytes = segmentBytesOf(rig)
    const before = await reportsOf(pages)
    const meters = await Promise.all(pages.map((page) => Meter.start(page)))
    const conducts = [...(Object.keys(outcomes) as Conduct[]), ...tolerated]
    let number = 0xbad00
    for (let wave = 0; wave < (isLong ? 10 : 1); wave += 1) {
      let left: readonly Conduct[] = conducts
      // On a busy machine a connection fails now and then: who met neither viewer comes again.
      for (let round = 0; left.length > 0 && round < 8; round += 1) {
        const batch = left.slice(0, atOnce)
        const seen = await reportsOf(pages)
        strangers = await NodeStrangers.start(
          batch.map((conduct) => ({
            tracker: rig.tracker.url,
            streamUrl: rig.origin.streamUrl,
            conduct,
            segmentBytes,
            number: (number += 1),
          })),
        )
        const missing = await missingOf(pages, seen, batch)
        await strangers.close()
        left = [...left.slice(atOnce), ...missing]
      }
      assert.deepEqual(left, [], `no link was closed for these; ${strangers?.output()}`)
    }
    const after = await assertUnharmed(pages, before, isLong ? 30 : 4)
    const costs = await Promise.all(meters.map((meter) => meter.read()))
    for (const { heapBytes, busyShare } of costs) {
      assert.ok(heapBytes < heapGrowthMax, `${heapBytes} bytes more on the heap`)
      assert.ok(busyShare < busyShareMax, `the page was at work for ${busyShare} of the time`)
    }
    tell(
      `${conducts.length} members over WebRTC, each with a conduct of its own: ${conducts.join(', ')}`,
      `links closed with ${[...new Set(newlyClosed(after, before))].toSorted().join(', ')}; 0 stalls, 0 wrong bytes; heap ` +
        `${costs.map(({ heapBytes }) => `${(heapBytes / 2 ** 20).toFixed(1)} MiB`).join(' and ')} more, main thread at work ` +
        `${costs.map(({ busyShare }) => `${(100 * busyShare).toFixed(0)} %`).join(' and ')} of the time`,
    )
  })

  /** Those of a batch for whom no viewer has closed a link, after as long as it takes to meet. */
  async function missingOf(
    pages: readonly Page[],
    before: readonly { readonly linksClosed: readonly string[] }[],
    batch: readonly Conduct[],
  ): Promise<readonly Conduct[]> {
    const deadline = performance.now() + meetingMs
    for (;;) {
      const closed = newlyClosed(await reportsOf(pages), before)
      const missing = batch.filter((conduct) => {
        const code = outcomes[conduct]
        return code !== undefined && !closed.some((each) => code.test(each))
      })
      const isOver = performance.now() > deadline
      if (isOver || (missing.length === 0 && !batch.some((conduct) => tolerated.includes(conduct)))) {
        return missing
      }
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
  }
})

function newlyClosed(
  reports: readonly { readonly linksClosed: readonly string[] }[],
  before: readonly { readonly linksClosed: readonly string[] }[],
): string[] {
  return reports.flatMap(({ linksClosed }, index) => linksClosed.slice(before[index]?.linksClosed.length))
}

/** What a page costs, by Chromium's own figures. */
class Meter {
  private constructor(
    private readonly figures: () => Promise<ReadonlyMap<string, number>>,
    private readonly atStart: ReadonlyMap<string, number>,
  ) {}

  static async start(page: Page): Promise<Meter> {
    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable')
    const figures = async () => {
      await session.send('HeapProfiler.collectGarbage')
      const { metrics } = await session.send('Performance.getMetrics')
      return new Map(metrics.map(({ name, value }) => [name, value]))
    }
    return new Meter(figures, await figures())
  }

  async read(): Promise<{ readonly heapBytes: number; readonly busyShare: number }> {
    const now = await this.figures()
    const grown = (name: string) => (now.get(name) ?? 0) - (this.atStart.get(name) ?? 0)
    return { heapBytes: grown('JSHeapUsedSize'), busyShare: grown('TaskDuration') / grown('Timestamp') }
  }
}
