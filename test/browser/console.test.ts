import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { report, until } from '../support/browser/rig.js'
import { useRig } from '../support/browser/use-rig.js'
import { writeMmdb } from '../support/tracker/mmdb-writer.js'
import { openPair, patienceMs, untilLinked, untilPlays } from '../support/browser/viewers.js'

const token = 'correct-horse-battery-staple-0123'

describe('the console', function () {
  this.timeout(180_000)
  let folder: string
  const tracker: { operatorTokenFile: string; geoDatabase: string[] } = {
    operatorTokenFile: '',
    geoDatabase: [],
  }
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'prismesh-console-'))
    tracker.operatorTokenFile = join(folder, 'token')
    await writeFile(tracker.operatorTokenFile, token)
    const hunan = { country: { iso_code: 'CN' }, subdivisions: [{ iso_code: 'HN' }] }
    tracker.geoDatabase = [join(folder, 'city.mmdb')]
    await writeFile(join(folder, 'city.mmdb'), writeMmdb([['127.0.0.0/8', hunan]]))
  })
  const setup = useRig({ tracker })
  after(() => rm(folder, { recursive: true }))

  const problems: string[] = []
  let page: Page
  beforeEach(async () => {
    problems.length = 0
    page = await setup.rig.chromium.browser.newPage({ viewport: { width: 1280, height: 800 } })
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text())
    })
    await page.goto(`${setup.rig.tracker.url.replace(/^ws/, 'http')}/console`)
  })
  afterEach(() => page.close())

  async function logIn(given = token): Promise<void> {
    await page.getByLabel('Token').fill(given)
    await page.getByRole('button', { name: 'Log in' }).click()
  }

  async function decide(change: () => Promise<void>): Promise<void> {
    await page.getByRole('button', { name: /^Sharing on .*Change$/ }).click()
    await change()
    await page.getByRole('button', { name: 'Apply' }).click()
    await page.locator('#policy-dialog').waitFor({ state: 'hidden' })
  }

  it('shows nothing to who has no token, and forgets it at the log-out', async () => {
    await logIn('wrong-token-of-thirty-two-letters')
    await page.getByText('The tracker does not know this token.').waitFor()
    assert.equal(await page.locator('#board').isVisible(), false)
    await logIn()
    await page.getByText('Nobody watches anything').waitFor()
    await page.reload()
    await page.getByText('Nobody watches anything').waitFor()
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.reload()
    assert.equal(await page.getByLabel('Token').isVisible(), true)
    assert.deepEqual(
      problems.filter((text) => !text.includes('401')),
      [],
    )
  })

  it('switches off what real viewers share; they stop giving and go on playing, and it can be taken back', async () => {
    const viewers = await openPair(setup.rig)
    await logIn()
    const row = page.locator('#streams tr')
    await row.filter({ hasText: setup.rig.origin.streamUrl.split('/').at(-1) ?? '' }).waitFor()
    assert.equal(await row.count(), 1)
    assert.equal(await row.locator('[data-label="Viewers"]').textContent(), '2')
    const tile = page.locator('#region-tiles li')
    assert.deepEqual(await tile.allTextContents(), ['China2100 %HN\u00a02'])

    await decide(() => page.getByText('Off', { exact: true }).click())
    await row.getByRole('button', { name: /: Off\. Change$/ }).waitFor()
    for (const viewer of viewers) await untilReason(viewer, 'p2p-off')
    const before = await Promise.all(viewers.map((viewer) => report(viewer)))
    assert.deepEqual(
      before.map(({ mesh }) => mesh?.links),
      [0, 0],
    )
    const after = await Promise.all(viewers.map((viewer) => untilPlays(viewer, 8)))
    for (const [index, { mesh, stalls }] of after.entries()) {
      assert.equal(mesh?.uploadedBytes, before[index]?.mesh?.uploadedBytes, 'nothing was given')
      assert.ok((mesh?.cdnBytes ?? 0) > (before[index]?.mesh?.cdnBytes ?? 0), 'everything from the CDN')
      assert.equal(stalls, before[index]?.stalls, 'no stall')
    }

    await decide(() => page.getByText('On', { exact: true }).click())
    await Promise.all(viewers.map((viewer) => untilLinked(viewer)))
    await Promise.all(viewers.map((viewer) => untilReason(viewer, 'sharing')))

    await decide(async () => {
      await page.getByText('Drain', { exact: true }).click()
      await page.getByLabel('Most that a viewer gives').fill('0.4')
    })
    await row.getByRole('button', { name: /: Draining, up to 400 kbit\/s\. Change$/ }).waitFor()
    for (const viewer of viewers) {
      await untilReason(viewer, 'upload-lowered')
      await untilReason(viewer, 'p2p-draining')
      assert.equal((await report(viewer)).mesh?.links, 1, 'the link goes on')
    }
    assert.deepEqual(problems, [])
  })

  it('needs no sideways scrolling on a phone, and every button can be hit and named', async () => {
    await untilPlays(await setup.rig.open(), 1)
    await page.setViewportSize({ width: 390, height: 844 })
    await logIn()
    await page.locator('#streams tr').waitFor()
    for (const scheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: scheme })
      const [width, scrolled] = await page.evaluate(() => [
        document.documentElement.clientWidth,
        document.documentElement.scrollWidth,
      ])
      assert.equal(scrolled, width, scheme)
    }
    for (const button of await page.getByRole('button').all()) {
      const box = await button.boundingBox()
      assert.ok((box?.height ?? 0) >= 32, (await button.textContent()) ?? '')
      assert.notEqual((await button.getAttribute('aria-label')) ?? (await button.textContent()), '')
    }
    assert.deepEqual(problems, [])
  })
})

async function untilReason(viewer: Page, code: string): Promise<void> {
  await until(viewer, ({ mesh }) => mesh?.reasons.includes(code) ?? false, code, patienceMs)
}
