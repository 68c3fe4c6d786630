/**
 * The floor: plain hls.js beside data channels that carry as much as viewers who share would give each other, without any
 * SDK. What it takes more than plain hls.js is what WebRTC takes of a machine, whoever drives it.
 */
import type { Page } from 'playwright'
import type { ServedFiles } from '../../support/browser/page-server.js'

const folder = 'test/bench/swarm/channel'

/** Its viewer page lies under this path. */
export const channelPagePath = '/channel'

export const channelFiles: ServedFiles = {
  '/channel/': { file: `${folder}/index.html`, type: 'text/html; charset=utf-8' },
  '/channel/channel-ring.js': { file: `${folder}/channel-ring.js`, type: 'text/javascript' },
}

interface RingWindow {
  prismeshBenchAnswer(offer: string): Promise<string>
}

/** Carries offers and answers between the pages of one ring. */
export class RingSignals {
  private readonly pages: Page[] = []

  /** To be called before the page is opened, in the order of the ring. */
  async add(page: Page): Promise<void> {
    this.pages.push(page)
    await page.exposeFunction('prismeshBenchOffer', (neighbour: number, offer: string) =>
      this.pages[neighbour]?.evaluate(
        (received) => (window as unknown as RingWindow).prismeshBenchAnswer(received),
        offer,
      ),
    )
  }
}
