import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright'
import type { ConsentDialog, ConsentDialogOptions } from '../../../client-sdk/src/consent-dialog/index.js'
import { repoRoot } from './repo-root.js'

/** What the page has on its window. */
export interface ConsentWindow {
  readonly consent: ConsentDialog
  /** What the listener heard. */
  readonly heard: boolean[]
  /** What each `ask()` gave, in turn. */
  readonly given: boolean[]
  ask(): void
}

export interface ConsentPageOptions extends BrowserContextOptions {
  readonly lang?: string
  readonly dialog?: ConsentDialogOptions
  /** Runs in the page before its scripts. */
  readonly before?: () => void
  /** As a site would set it: everything that is not named is forbidden. */
  readonly policy?: string
}

const address = 'https://site.example/'

/** A page of a site with the published dialog on it, in a browser session of its own. No server: requests are answered here. */
export async function openConsentPage(browser: Browser, options: ConsentPageOptions = {}): Promise<Page> {
  const { lang = '', dialog = {}, before, policy, ...contextOptions } = options
  const context = await browser.newContext(contextOptions)
  const script = await readFile(join(repoRoot, 'client-sdk/dist/consent.min.mjs'), 'utf8')
  await context.route(`${address}**`, (route) => {
    const { pathname } = new URL(route.request().url())
    if (pathname === '/consent.mjs') return route.fulfill({ contentType: 'text/javascript', body: script })
    if (pathname === '/page.mjs') {
      return route.fulfill({ contentType: 'text/javascript', body: pageScript(dialog) })
    }
    return route.fulfill({
      contentType: 'text/html; charset=utf-8',
      headers: policy === undefined ? {} : { 'Content-Security-Policy': policy },
      body: html(lang),
    })
  })
  if (before !== undefined) await context.addInitScript(before)
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  await visit(page)
  return page
}

/** Opens the page in this tab, anew. */
export async function visit(page: Page): Promise<void> {
  await page.goto(address)
  await page.waitForFunction(() => 'consent' in globalThis)
}

function pageScript(dialog: ConsentDialogOptions): string {
  return `
    import { ConsentDialog } from './consent.mjs'
    const consent = new ConsentDialog(${JSON.stringify(dialog)})
    const heard = [], given = []
    consent.onChange((agreed) => heard.push(agreed))
    consent.addControl(document.querySelector('footer'))
    Object.assign(window, { consent, heard, given, ask: () => void consent.ask().then((answer) => given.push(answer)) })
  `
}

function html(lang: string): string {
  return `<!doctype html><html lang="${lang}"><head><meta name="viewport" content="width=device-width">
    <title>A site</title></head><body><main><h1>A site</h1><button id="before">Play</button></main>
    <footer></footer><script type="module" src="page.mjs"></script></body></html>`
}
