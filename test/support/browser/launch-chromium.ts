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

export interface ChromiumLaunch {
  /** Further switches. */
  readonly args?: readonly string[]
  /** A program that starts the browser whose path it is given, and becomes it. Default: the browser itself. */
  readonly wrap?: (executable: string) => Promise<string>
}

export async function launchChromium(options: ChromiumLaunch = {}): Promise<LaunchedChromium> {
  const finder = (await import(
    pathToFileURL(join(repoRoot, 'scripts/find-chromium.mjs')).href
  )) as ChromiumFinder
  const executable = await finder.findChromium()
  const server = await chromium.launchServer({
    executablePath: (await options.wrap?.(executable)) ?? executable,
    args: [...finder.chromiumArgs, ...(options.args ?? [])],
  })
  const browser = await chromium.connect(server.wsEndpoint())
  return { browser, pid: server.process().pid ?? 0, close: () => server.close() }
}
