import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { repoRoot } from '../origin/media/repo-root.js'
import { StartFailure } from './start-failure.js'

export interface Viewers {
  close(): Promise<void>
}

/** What scripts/find-chromium.mjs offers. */
interface ChromiumFinder {
  /** Switches that keep a hidden page's timers, and give links local addresses. */
  readonly chromiumArgs: readonly string[]
  findChromium(options: { install: boolean }): Promise<string>
}

/** Opens the page `count` times, each in a session of its own, in one headless Chromium. */
export async function startViewers(pageUrl: string, count: number): Promise<Viewers> {
  const finder = pathToFileURL(join(repoRoot(), 'scripts', 'find-chromium.mjs')).href
  const { chromiumArgs, findChromium } = (await import(finder)) as ChromiumFinder
  const executablePath = await findChromium({ install: true }).catch((error: unknown) => {
    throw new StartFailure(
      `--viewers needs Chromium: ${error instanceof Error ? error.message : String(error)}`,
    )
  })
  const { chromium } = await import('playwright')
  const browser = await chromium.launch({
    executablePath,
    // The start command ends everything itself, in its own order.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [...chromiumArgs, '--mute-audio'],
  })
  try {
    for (let number = 1; number <= count; number += 1) {
      const context = await browser.newContext()
      const page = await context.newPage()
      await page.goto(`${pageUrl}?autoplay=1&consent=yes&viewer=bot-${number}`)
    }
  } catch (error) {
    await browser.close()
    throw error
  }
  return { close: () => browser.close() }
}
