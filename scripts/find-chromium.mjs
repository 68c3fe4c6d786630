// Finds a Chromium for the browser tests, and installs one if asked: `node scripts/find-chromium.mjs --install`.
import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Playwright's download is 150 MB or so; a machine that cannot reach its servers must not wait for them long. */
const downloadTimeoutMs = 180_000
const probeTimeoutMs = 10_000
const aptTimeoutMs = 600_000

/**
 * What tabs of a test need: to keep their timers while hidden, to play unasked, and to give local addresses as
 * candidates, because two tabs on one machine often cannot resolve each other's mDNS names.
 */
export const chromiumArgs = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
]

/**
 * The path of a Chromium, or of a Chrome or Edge where there is none. Looks at CHROMIUM_PATH, at the usual places
 * and at Playwright's own; with `install`, fetches one by Playwright or apt if all that finds nothing.
 */
export async function findChromium({ install = false } = {}) {
  const given = process.env['CHROMIUM_PATH']
  if (given) {
    if (await isExecutable(given)) return given
    throw new Error(`CHROMIUM_PATH is ${given}, which is not a program`)
  }
  const found = await firstExecutable()
  if (found !== undefined) return found
  if (install) {
    const failures = []
    for (const attempt of [installWithPlaywright, installWithApt]) {
      try {
        await attempt()
        const installed = await firstExecutable()
        if (installed !== undefined) return installed
        failures.push(`${attempt.name}: installed nothing`)
      } catch (error) {
        failures.push(`${attempt.name}: ${firstLine(error)}`)
      }
    }
    throw new Error(`No Chromium, and none could be installed. ${failures.join('; ')}. ${advice}`)
  }
  throw new Error(`No Chromium found. ${advice}`)
}

const advice =
  'Install one with `npx playwright install chromium` or your package manager (`apt-get install chromium`), ' +
  'or set CHROMIUM_PATH to a Chromium or Chrome'

async function firstExecutable() {
  for (const path of [...usualPlaces(), ...(await playwrightsOwn())]) {
    if (await isExecutable(path)) return path
  }
  return undefined
}

function usualPlaces() {
  if (process.platform === 'darwin') {
    const applications = ['/Applications', join(process.env['HOME'] ?? '', 'Applications')]
    const programs = ['Chromium', 'Google Chrome', 'Microsoft Edge']
    return programs.flatMap((name) =>
      applications.map((folder) => `${folder}/${name}.app/Contents/MacOS/${name}`),
    )
  }
  if (process.platform === 'win32') {
    const folders = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap(
      (name) => process.env[name] ?? [],
    )
    const programs = [
      'Chromium\\Application\\chrome',
      'Google\\Chrome\\Application\\chrome',
      'Microsoft\\Edge\\Application\\msedge',
    ]
    return programs.flatMap((program) => folders.map((folder) => `${folder}\\${program}.exe`))
  }
  const folders = ['/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome', '/usr/lib/chromium']
  const programs = [
    'chromium',
    'chromium-browser',
    'google-chrome-stable',
    'google-chrome',
    'chrome',
    'microsoft-edge',
  ]
  return programs.flatMap((program) => folders.map((folder) => `${folder}/${program}`))
}

async function playwrightsOwn() {
  try {
    const { chromium } = await import('playwright')
    return [chromium.executablePath()]
  } catch {
    return []
  }
}

async function installWithPlaywright() {
  await fetch('https://cdn.playwright.dev', { method: 'HEAD', signal: AbortSignal.timeout(probeTimeoutMs) })
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx'
  const shell = process.platform === 'win32'
  await run(npx, ['--no-install', 'playwright', 'install', 'chromium'], { timeout: downloadTimeoutMs, shell })
  // On a bare machine it lacks libraries, and does not start.
  const [path] = await playwrightsOwn()
  await run(path, ['--version'], { timeout: probeTimeoutMs })
}

async function installWithApt() {
  if (process.getuid?.() !== 0) throw new Error('apt-get needs root')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const options = { timeout: aptTimeoutMs, env, maxBuffer: 64 * 1024 * 1024 }
  await run('apt-get', ['update', '-q'], options)
  await run('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'chromium'], options)
}

async function isExecutable(path) {
  try {
    await access(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function firstLine(error) {
  return String(error?.cause?.message ?? error?.message ?? error).split('\n')[0]
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(await findChromium({ install: process.argv.includes('--install') }))
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
