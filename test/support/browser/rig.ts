import type { Page } from 'playwright'
import { createOrigin, type Origin } from '../../../demo/origin/create-origin.js'
import type { OriginOptions } from '../../../demo/origin/origin-options.js'
import {
  startTracker,
  type RunningTracker,
  type TrackerOptions,
} from '../../../tracker/src/server/start-tracker.js'
import { witnessOf } from '../witness-of-origin.js'
import { launchChromium, type LaunchedChromium } from './launch-chromium.js'
import { servePages, type PageServer, type ServedFiles } from './page-server.js'
import { viewerAddress, type ViewerAddress } from './viewer-address.js'
import type { RecordedDelivery, ViewerReport } from './viewer-report.js'

export interface ViewerOptions extends Partial<ViewerAddress> {
  /** Where the page lies, without a slash at its end. Default: the page of Prismesh's viewers. */
  readonly path?: string
  /** Runs in the page before its own scripts; must not refer to anything outside itself. */
  readonly initScript?: () => void
}

export interface RigOptions {
  readonly origin?: OriginOptions
  /** A function is told the origin's stream, for options that name it. It witnesses the origin unless they say otherwise. */
  readonly tracker?: Partial<TrackerOptions> | ((streamUrl: string) => Partial<TrackerOptions>)
  readonly pageHeaders?: Readonly<Record<string, string>>
  /** Served beside the viewer page. */
  readonly pageFiles?: ServedFiles
}

/** Globals of the viewer page, as functions given to `page.evaluate` see them. */
export interface ViewerWindow {
  readonly viewer: {
    start(url?: string): void
    detach(): void
    report(): ViewerReport
    answerConsent(agreed: boolean): void
    readonly deliveries: readonly RecordedDelivery[]
    readonly video: HTMLVideoElement
    readonly hls: { destroy(): void; loadSource(url: string): void; nextLevel: number; currentLevel: number }
    readonly mesh: { setConsent(given: boolean): void; close(): void; explain(): { code: string }[] }
  }
}

/** An origin, a tracker, a page and a Chromium, each real, for tests and benchmarks. */
export class Rig {
  private readonly pages: Page[] = []

  private constructor(
    readonly origin: Origin,
    public tracker: RunningTracker,
    readonly server: PageServer,
    readonly chromium: LaunchedChromium,
  ) {}

  static async start(options: RigOptions = {}): Promise<Rig> {
    const origin = await createOrigin(options.origin)
    const forTracker =
      typeof options.tracker === 'function' ? options.tracker(origin.streamUrl) : options.tracker
    const [tracker, server, chromium] = await Promise.all([
      startTracker({
        host: '127.0.0.1',
        port: 0,
        open: true,
        quiet: true,
        ...witnessOf(origin.streamUrl),
        ...forTracker,
      }),
      servePages({ headers: options.pageHeaders, files: options.pageFiles }),
      launchChromium(),
    ])
    return new Rig(origin, tracker, server, chromium)
  }

  /** Opens a viewer in a tab of its own. */
  async open(options: ViewerOptions = {}): Promise<Page> {
    const page = await this.chromium.browser.newPage()
    this.pages.push(page)
    if (options.initScript !== undefined) await page.addInitScript(options.initScript)
    const { path = '', ...viewer } = options
    const stream = { stream: this.origin.streamUrl, tracker: this.tracker.url }
    await page.goto(viewerAddress(this.server.url + path, { ...stream, ...viewer }))
    return page
  }

  async closePages(): Promise<void> {
    await Promise.all(this.pages.splice(0).map((page) => page.close().catch(() => {})))
  }

  async close(): Promise<void> {
    await this.chromium.close()
    await Promise.all([this.origin.close(), this.tracker.close(), this.server.close()])
  }
}

export function report(page: Page): Promise<ViewerReport> {
  return page.evaluate(() => (window as unknown as ViewerWindow).viewer.report())
}

/** Waits until the page's report satisfies a condition; fails with the last report when it never does. */
export async function until(
  page: Page,
  condition: (viewer: ViewerReport) => boolean,
  what: string,
  timeoutMs = 30_000,
): Promise<ViewerReport> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const viewer = await report(page)
    if (condition(viewer)) return viewer
    if (performance.now() > deadline) {
      throw new Error(`not within ${timeoutMs} ms: ${what}; last report: ${JSON.stringify(viewer)}`)
    }
    await page.waitForTimeout(100)
  }
}
