/**
 * p2p-media-loader, and the tracker it needs: a package of its own, because their dependencies are not the project's.
 * It is installed when a run asks for it.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ServedFiles } from '../../support/browser/page-server.js'
import { repoRoot } from '../../support/browser/repo-root.js'

const folder = 'test/bench/swarm/peer'

/** npm writes it last. */
const installedMark = join(repoRoot, folder, 'node_modules/.package-lock.json')

/** Its viewer page lies under this path. */
export const peerPagePath = '/peer'

const script = 'text/javascript'

export const peerFiles: ServedFiles = {
  '/peer/': { file: `${folder}/index.html`, type: 'text/html; charset=utf-8' },
  '/peer/peer-mesh.mjs': { file: `${folder}/peer-mesh.mjs`, type: script },
  '/peer/core.mjs': { file: dist('p2p-media-loader-core'), type: script },
  '/peer/hlsjs.mjs': { file: dist('p2p-media-loader-hlsjs'), type: script },
}

/** What the viewer page is given besides the tracker: hls.js's configuration, and p2p-media-loader's for a stream. */
export interface PeerConfiguration {
  readonly hls: Readonly<Record<string, unknown>>
  readonly stream: Readonly<Record<string, unknown>>
}

/**
 * The fairest that plays cleanly: it hands hls.js the very buffer that it keeps, which hls.js's worker takes away; it
 * would place viewers up to a whole playlist behind live, and fetch all of that from the CDN as urgent.
 */
export const fairConfiguration: PeerConfiguration = {
  hls: { enableWorker: false, liveSyncDurationCount: 3 },
  stream: { highDemandTimeWindow: 1 },
}

export const defaultConfiguration: PeerConfiguration = { hls: {}, stream: {} }

/**
 * Installs the package where it is not yet, and says so.
 *
 * @throws Error when npm fails
 */
export function installPeer(): void {
  if (existsSync(installedMark)) return
  // Scripts would download a binary for WebRTC in Node, which nothing here uses.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
  console.error(`Installing p2p-media-loader: npm ${args.join(' ')} in ${folder} ...`)
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const { status } = spawnSync(npm, args, { cwd: join(repoRoot, folder), stdio: ['ignore', 2, 2] })
  if (status === 0) return
  const what =
    'p2p-media-loader and bittorrent-tracker cannot be had (a benchmark does without if "peer" is left out)'
  throw new Error(`npm ${args.join(' ')} failed in ${folder}: ${what}`)
}

/** A program that is bittorrent-tracker's client. */
export const peerClient = join(repoRoot, folder, 'client.mjs')

export interface PeerTracker {
  readonly url: string
  close(): Promise<void>
}

export async function startPeerTracker(host: string): Promise<PeerTracker> {
  const module = (await import(pathToFileURL(join(repoRoot, folder, 'tracker.mjs')).href)) as {
    startTracker(host: string): Promise<PeerTracker>
  }
  return module.startTracker(host)
}

function dist(name: string): string {
  return `${folder}/node_modules/${name}/dist/${name}.es.min.js`
}
