import assert from 'node:assert/strict'
import type { Page } from 'playwright'
import { highWatermarkBytes } from '../../client-sdk/src/ports/channel.js'
import type { Signal } from '../../protocol/tracker-messages.js'
import { bundleForPage } from '../support/browser/bundle-for-page.js'
import type { ChannelEnd } from '../support/browser/page-scripts/channel-end.js'
import type { ContractResult } from '../support/browser/page-scripts/contract-in-page.js'
import { useRig } from '../support/browser/use-rig.js'

/** The contract has 14 tests today; a page in which fewer ran has not looked. */
const contractTestsLeast = 14
const transferBytes = 8_000_000

interface ChannelWindow {
  runContract(): Promise<ContractResult[]>
  openEnd(initiate: boolean): Promise<void>
  acceptSignal(signal: Signal): void
  channelEnd: ChannelEnd
}

describe('channels of the bundled simple-peer, in Chromium', function () {
  this.timeout(120_000)
  const setup = useRig()

  async function openPage(script: string): Promise<Page> {
    const page = await setup.rig.open({ mode: 'plain', start: 'manual' })
    await page.addScriptTag({ content: await bundleForPage(script) })
    return page
  }

  it('keep the contract that every maker of channels keeps', async () => {
    const page = await openPage('contract-in-page')
    const results = await page.evaluate(() => (window as unknown as ChannelWindow).runContract())
    assert.deepEqual(
      results.filter(({ error }) => error !== undefined),
      [],
    )
    assert.ok(results.length >= contractTestsLeast, `only ${results.length} tests ran`)
  })

  it('carry megabytes both ways at once without loss, and never buffer much beyond the watermark', async () => {
    const pages = [await openPage('channel-end'), await openPage('channel-end')]
    for (const [index, page] of pages.entries()) {
      await page.exposeFunction('sendSignal', (signal: Signal) =>
        pages[1 - index]?.evaluate(
          (incoming) => (window as unknown as ChannelWindow).acceptSignal(incoming),
          signal,
        ),
      )
    }
    const opened = pages.map((page, index) =>
      page.evaluate((initiate) => (window as unknown as ChannelWindow).openEnd(initiate), index === 1),
    )
    await Promise.all(opened)
    const sent = await Promise.all(
      pages.map((page) =>
        page.evaluate((bytes) => (window as unknown as ChannelWindow).channelEnd.send(bytes), transferBytes),
      ),
    )
    for (const page of pages) {
      await page.waitForFunction(
        (bytes) => (window as unknown as ChannelWindow).channelEnd.received().bytes >= bytes,
        transferBytes,
      )
      const received = await page.evaluate(() => (window as unknown as ChannelWindow).channelEnd.received())
      assert.deepEqual(received, { bytes: transferBytes, wrongBytes: 0 })
    }
    for (const { waits, mostBufferedBytes } of sent) {
      assert.ok(waits > 0, 'the sender never had to wait: nothing was tried')
      assert.ok(mostBufferedBytes <= highWatermarkBytes + 65_536, `${mostBufferedBytes} bytes were buffered`)
    }
  })
})
