import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { Page } from 'playwright'
import type { ViewerWindow } from './rig.js'
import type { RecordedDelivery } from './viewer-report.js'

/**
 * Compares everything that the players of these pages (opened with `record`) were given with the origin's own bytes.
 * The origin must be healthy again. Fetches what it compares: read the origin's statistics before.
 */
export async function assertIntact(pages: readonly Page[], leastSegments: number): Promise<void> {
  const expected = new Map<string, Promise<string>>()
  for (const [index, page] of pages.entries()) {
    const deliveries = await page.evaluate(() => (window as unknown as ViewerWindow).viewer.deliveries)
    assert.ok(
      deliveries.length >= leastSegments,
      `viewer ${index} was given ${deliveries.length} segments, too few to judge by`,
    )
    for (const delivery of deliveries) {
      const { url, rangeStart, rangeEnd, bytes, sha256 } = delivery
      const key = `${url} ${rangeStart}-${rangeEnd}`
      if (!expected.has(key)) expected.set(key, fetchHash(delivery))
      assert.equal(
        sha256,
        await expected.get(key),
        `viewer ${index}: ${bytes} bytes of ${key} are not the origin's`,
      )
    }
  }
}

async function fetchHash({ url, rangeStart, rangeEnd }: RecordedDelivery): Promise<string> {
  const headers: Record<string, string> = rangeEnd ? { range: `bytes=${rangeStart}-${rangeEnd - 1}` } : {}
  const response = await fetch(url, { headers })
  assert.ok(response.ok, `${url} answered ${response.status}`)
  return createHash('sha256')
    .update(Buffer.from(await response.arrayBuffer()))
    .digest('hex')
}
