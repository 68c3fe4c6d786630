/** Takes the pictures of the console in docs/images: a real tracker, in a real browser, with members who only report. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright'
import { startTracker } from '../../tracker/src/index.js'
import { launchChromium } from '../support/browser/launch-chromium.js'
import { repoRoot } from '../support/browser/repo-root.js'
import { writeMmdb } from '../support/tracker/mmdb-writer.js'
import { draining, geoEntries, openAudience } from './console-audience.js'

/** What the small charts show. */
const shownMs = 125_000
const token = 'the-token-of-the-one-who-takes-pictures'
const folder = mkdtempSync(join(tmpdir(), 'prismesh-pictures-'))
const at = (name: string) => join(folder, name)

writeFileSync(at('token'), token)
writeFileSync(at('city.mmdb'), writeMmdb(geoEntries()))
const tracker = await startTracker({
  host: '127.0.0.1',
  port: 0,
  open: true,
  quiet: true,
  // The audience is in this process: it may be late itself.
  loopDelayMaxMs: 0,
  operatorTokenFile: at('token'),
  geoDatabase: [at('city.mmdb')],
})
const audience = await openAudience(tracker.url)
const chromium = await launchChromium()
try {
  const url = tracker.url.replace(/^ws/, 'http')
  const { uploadBytesPerSecondMax } = draining
  await fetch(`${url}/operator/policies/${encodeURIComponent(draining.stream)}`, {
    method: 'PUT',
    headers: { Authorization: `Bearer ${token}` },
    body: JSON.stringify({ p2p: 'drain', uploadBytesPerSecondMax }),
  })
  const page = await chromium.browser.newPage({ viewport: { width: 1280, height: 800 } })
  await page.goto(`${url}/console`)
  await page.getByLabel('Token').fill(token)
  await page.getByRole('button', { name: 'Log in' }).click()
  console.log(`The charts fill for ${shownMs / 1000} s`)
  await sleep(shownMs)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width: 1280, height: 800 })
    await picture(page, join(repoRoot, `docs/images/console-${colorScheme}.png`))
    await page.setViewportSize({ width: 390, height: 844 })
    await picture(page, join(tmpdir(), `console-${colorScheme}-390.png`), true)
  }
} finally {
  await chromium.close()
  audience.close()
  await tracker.close()
  rmSync(folder, { recursive: true })
}

async function picture(page: Page, path: string, fullPage = false): Promise<void> {
  await page.screenshot({ path, fullPage })
  console.log(path)
}
