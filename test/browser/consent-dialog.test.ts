import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { consentLanguages, speak } from '../../client-sdk/src/consent-dialog/consent-language.js'
import {
  openConsentPage,
  visit,
  type ConsentPageOptions,
  type ConsentWindow,
} from '../support/browser/consent-page.js'
import { launchChromium, type LaunchedChromium } from '../support/browser/launch-chromium.js'

const key = 'prismesh-consent'

describe('the consent dialog', function () {
  this.timeout(60_000)
  let chromium: LaunchedChromium
  const pages: Page[] = []

  before(async () => {
    chromium = await launchChromium()
  })
  afterEach(() => Promise.all(pages.splice(0).map((page) => page.context().close())))
  after(() => chromium?.close())

  async function open(options?: ConsentPageOptions): Promise<Page> {
    const page = await openConsentPage(chromium.browser, options)
    pages.push(page)
    return page
  }

  it('is named and described, says what others can see, and agrees on a click', async () => {
    const page = await open()
    await ask(page)
    const dialog = page.getByRole('dialog', { name: 'Share this video with others who watch it?' })
    await dialog.waitFor()
    const words = await dialog.ariaSnapshot()
    assert.match(words, /network address \(IP\)/)
    assert.match(words, /Pieces of this video, and nothing else/)
    assert.deepEqual(await heard(page), [])
    await page.getByRole('button', { name: 'Yes, share' }).click()
    await dialog.waitFor({ state: 'detached' })
    assert.deepEqual(await given(page), [true])
    assert.deepEqual(await heard(page), [true])
  })

  it('keeps the focus between its buttons, begins above them, and gives the focus back', async () => {
    const page = await open()
    await page.locator('#before').focus()
    await ask(page)
    await page.getByRole('dialog').waitFor()
    const visited: string[] = []
    for (const press of ['Tab', 'Tab', 'Tab', 'Tab', 'Shift+Tab', 'Shift+Tab']) {
      visited.push(await focused(page))
      await page.keyboard.press(press)
    }
    visited.push(await focused(page))
    assert.deepEqual(visited, ['title', 'refuse', 'agree', 'refuse', 'agree', 'refuse', 'agree'])
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    assert.deepEqual(await given(page), [true])
    assert.equal(await focused(page), 'before')
  })

  it('takes Escape for a no that is not remembered, and asks again on the next visit', async () => {
    const page = await open()
    await ask(page)
    await page.getByRole('dialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await ask(page)
    assert.deepEqual(await given(page, 2), [false, false])
    assert.equal(await page.evaluate((name) => localStorage.getItem(name), key), null)
    await visit(page)
    await ask(page)
    await page.getByRole('dialog').waitFor()
  })

  it('remembers an answer over visits, shows it, and lets it be taken back', async () => {
    const page = await open()
    await ask(page)
    await page.getByRole('button', { name: 'Yes, share' }).click()
    await visit(page)
    await ask(page)
    assert.deepEqual(await given(page), [true])
    const control = page.getByRole('button', { name: 'Video sharing: on' })
    await control.click()
    await page.getByRole('button', { name: 'No, only watch' }).click()
    await page.getByRole('button', { name: 'Video sharing: off' }).waitFor()
    assert.deepEqual(await heard(page), [false])
    await visit(page)
    assert.equal(await answer(page), false)
    await page.evaluate(() => (window as unknown as ConsentWindow).consent.forget())
    assert.equal(await page.evaluate((name) => localStorage.getItem(name), key), null)
  })

  it('forgets an answer after its days, and one that is not its own', async () => {
    const page = await open()
    const yes = (at: number) => JSON.stringify({ agreed: true, at })
    const dayMs = 86_400_000
    for (const [kept, expected] of [
      [yes(Date.now() - 179 * dayMs), true],
      [yes(Date.now() - 181 * dayMs), undefined],
      [yes(Date.now() + dayMs), undefined],
      ['yes', undefined],
      ['{"agreed":"true","at":1}', undefined],
    ] as const) {
      await page.evaluate(([name, value]) => localStorage.setItem(name, value), [key, kept] as const)
      await visit(page)
      assert.equal(await answer(page), expected, kept)
    }
  })

  it('goes on without memory where the browser lets nobody keep anything', async () => {
    const page = await open({
      before: () =>
        Object.defineProperty(window, 'localStorage', {
          get: () => {
            throw new DOMException('denied', 'SecurityError')
          },
        }),
    })
    await ask(page)
    await page.getByRole('button', { name: 'Yes, share' }).click()
    await page.getByRole('button', { name: 'Video sharing: on' }).waitFor()
    assert.deepEqual(await given(page), [true])
  })

  it('hears of an answer given in another tab', async () => {
    const page = await open()
    const other = await page.context().newPage()
    await visit(other)
    await ask(page)
    await page.getByRole('dialog').waitFor()
    await other.evaluate(() => (window as unknown as ConsentWindow).consent.decide(true))
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    assert.deepEqual([await given(page), await heard(page)], [[true], [true]])
    await other.evaluate(() => (window as unknown as ConsentWindow).consent.withdraw())
    await page.getByRole('button', { name: 'Video sharing: off' }).waitFor()
    assert.deepEqual(await heard(page), [true, false])
  })

  it('speaks the language of the page, then of the browser, then English', async () => {
    for (const [lang, locale, expected] of [
      ['de-AT', 'fr-FR', 'de'],
      ['', 'pt-BR', 'pt'],
      ['fi', 'sv-SE', 'en'],
    ] as const) {
      const page = await open({ lang, locale })
      await ask(page)
      await page.getByRole('dialog', { name: speak([expected]).texts.title }).waitFor()
      assert.equal(await page.getByRole('dialog').getAttribute('lang'), expected)
    }
  })

  it('is read from right to left in Arabic, with the words of the site where it has its own', async () => {
    const page = await open({ dialog: { language: 'ar', texts: { agree: 'Ja' } } })
    await ask(page)
    const title = await page.locator('h2').boundingBox()
    const dialog = await page.getByRole('dialog').boundingBox()
    assert.ok(title && dialog)
    const style = await page.locator('h2').evaluate((element) => getComputedStyle(element).direction)
    assert.equal(style, 'rtl')
    const [refuse, agree] = await Promise.all(
      ['refuse', 'agree'].map((id) => page.locator(`#${id}`).boundingBox()),
    )
    assert.ok(refuse && agree && refuse.x > agree.x, 'the first button is on the right')
    await page.getByRole('button', { name: 'Ja' }).click()
  })

  for (const language of consentLanguages) {
    it(`fits into 320 pixels in ${language}, with enough contrast in both colour schemes`, async () => {
      const page = await open({ viewport: { width: 320, height: 568 }, dialog: { language } })
      await ask(page)
      await page.getByRole('dialog').waitFor()
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        const report = await page.evaluate(inspectDialog)
        assert.equal(report.overflow, 0)
        assert.equal(report.inside, true)
        assert.equal(report.scrolled, 0, 'it is read from its beginning')
        assert.ok(report.texts >= 9, `only ${report.texts} texts were looked at`)
        assert.ok(report.contrastLeast >= 4.5, `${colorScheme}: ${report.contrastLeast}`)
        assert.ok(report.buttonHeightLeast >= 44)
        assert.equal(report.animations, 0)
      }
      await screenshot(page, `consent-320-${language}`)
      await page.locator('#agree').scrollIntoViewIfNeeded()
      await page.locator('#agree').click()
      assert.deepEqual(await given(page), [true])
    })
  }

  it('moves only where the viewer does not mind, and works under a strict policy of the page', async () => {
    const page = await open({ policy: "default-src 'none'; script-src 'self'" })
    await page.emulateMedia({ reducedMotion: 'no-preference' })
    await ask(page)
    const report = await page.evaluate(inspectDialog)
    assert.ok(report.buttonHeightLeast >= 44, 'the styles hold')
    assert.equal(
      await page.getByRole('dialog').evaluate((dialog) => getComputedStyle(dialog).animationName),
      'appear',
    )
    await screenshot(page, 'consent-wide')
  })

  it('is a no in a browser without dialogs', async () => {
    const page = await open({
      before: () => Reflect.deleteProperty(HTMLDialogElement.prototype, 'showModal'),
    })
    await ask(page)
    assert.deepEqual(await given(page), [false])
  })
})

function ask(page: Page): Promise<void> {
  return page.evaluate(() => (window as unknown as ConsentWindow).ask())
}

/** What `ask()` gave, once it gave so many answers. */
async function given(page: Page, answers = 1): Promise<boolean[]> {
  await page.waitForFunction((count) => (window as unknown as ConsentWindow).given.length >= count, answers)
  return page.evaluate(() => (window as unknown as ConsentWindow).given)
}

function heard(page: Page): Promise<boolean[]> {
  return page.evaluate(() => (window as unknown as ConsentWindow).heard)
}

function answer(page: Page): Promise<boolean | undefined> {
  return page.evaluate(() => (window as unknown as ConsentWindow).consent.answer)
}

function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const { activeElement } = document
    return (activeElement?.shadowRoot?.activeElement ?? activeElement)?.id ?? ''
  })
}

/** For people to look at: with SCREENSHOTS set to a folder. */
async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS']
  if (folder === undefined) return
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}

/** Runs in the page. */
function inspectDialog() {
  const root = document.querySelector('[data-prismesh=consent]')?.shadowRoot
  const dialog = root?.querySelector('dialog')
  if (!root || !dialog) throw new Error('no dialog')
  const luminance = (colour: string): number => {
    const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? [])
      .map((value) => Number(value) / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const ground = luminance(getComputedStyle(dialog).backgroundColor)
  const texts = [...dialog.querySelectorAll('h2, p, dt, dd, button')]
  const contrasts = texts.map((element) => {
    const ink = luminance(getComputedStyle(element).color)
    return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05)
  })
  const box = dialog.getBoundingClientRect()
  const heights = [...dialog.querySelectorAll('button')].map((each) => each.getBoundingClientRect().height)
  return {
    overflow: Math.max(0, dialog.scrollWidth - dialog.clientWidth),
    scrolled: dialog.scrollTop,
    inside: box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight,
    texts: texts.length,
    contrastLeast: Math.min(...contrasts),
    buttonHeightLeast: Math.min(...heights),
    animations: dialog.getAnimations().length,
  }
}
