import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { repoRoot } from '../../support/browser/repo-root.js'

export const serverNames = ['prismesh', 'bittorrent-tracker'] as const
export type ServerName = (typeof serverNames)[number]

/** A tracker in a process of its own, kept to one core. */
export interface BenchServer {
  readonly name: ServerName
  readonly pid: number
  readonly host: string
  readonly port: number
  stop(): Promise<void>
}

const host = '127.0.0.1'

/**
 * No limit of ours that theirs does not have: theirs has none. What is left is what a tracker must do, and the rates of
 * one connection.
 */
const prismeshFlags = {
  '--host': host,
  '--port': '0',
  '--members-max': '100000',
  '--connections-max': '100000',
  '--connections-per-address-max': '100000',
  '--joins-per-minute-per-address': '1000000',
  '--introductions-per-minute-per-address': '1000000',
  '--signal-bytes-per-minute-per-address': String(2 ** 30),
}

const commands: Record<ServerName, readonly string[]> = {
  prismesh: ['build/tracker/src/cli.js', '--open', ...Object.entries(prismeshFlags).flat()],
  'bittorrent-tracker': ['test/bench/swarm/peer/serve-tracker.mjs', host],
}

/**
 * Starts a tracker on a core.
 *
 * @param flags - more of them, for Prismesh
 * @throws Error when it ends before it listens
 */
export async function startBenchServer(
  name: ServerName,
  core: number,
  flags: readonly string[] = [],
): Promise<BenchServer> {
  const child = spawn('taskset', ['-c', String(core), process.execPath, ...commands[name], ...flags], {
    cwd: repoRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { pid } = child
  if (pid === undefined) throw new Error('taskset is missing: it is in the package util-linux')
  const { port } = new URL(await printedUrl(child, name))
  return {
    name,
    pid,
    host,
    port: Number(port),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      // Nobody waits for a drain.
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Both print a line of JSON with their URL. */
function printedUrl(child: ChildProcess, name: ServerName): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child.once('error', () => reject(new Error('taskset is missing: it is in the package util-linux')))
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code} before it listened`)))
    child.stdout?.setEncoding('utf8').on('data', (part: string) => {
      text += part
      const url = /"url":"([^"]+)"/.exec(text)?.[1]
      if (url !== undefined) resolve(url)
    })
  })
}
