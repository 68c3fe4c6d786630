import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser } from 'playwright'
import { repoRoot } from './repo-root.js'

interface ChromiumFinder {
  findChromium(options?: { install?: boolean }): Promise<string>
  readonly chromiumArgs: string[]
}

/** A headless Chromium, and the process whose children are all of it. */
export interface LaunchedChromium {
  readonly browser: Browser
  readonly pid: number
  close(): Promise<void>
}

export async function launchChromium(): Promise<LaunchedChromium> {
  const finder = (await import(
    pathToFileURL(join(repoRoot, 'scripts/find-chromium.mjs')).href
  )) as ChromiumFinder
  const server = await chromium.launchServer({
    executablePath: await finder.findChromium(),
    args: finder.chromiumArgs,
  })
  const browser = await chromium.connect(server.wsEndpoint())
  return { browser, pid: server.process().pid ?? 0, close: () => server.close() }
}
