import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startChild, untilListening } from './fleet/child.js'
import { freePort } from './fleet/free-port.js'

/** A real coturn on loopback, with its files in a folder of its own. */
export interface TurnServer {
  /** As the SDK's option `iceServers` takes it. */
  readonly iceServers: readonly {
    readonly urls: string
    readonly username: string
    readonly credential: string
  }[]
  /** All that it wrote so far. */
  output(): string
  close(): Promise<void>
}

const username = 'viewer'
const credential = 'of-a-test'

export async function startTurnServer(): Promise<TurnServer> {
  const folder = mkdtempSync(join(tmpdir(), 'prismesh-turn-'))
  const port = await freePort()
  const options = [
    '-n',
    '--no-cli',
    '--no-tls',
    '--no-dtls',
    '--lt-cred-mech',
    `--user=${username}:${credential}`,
    '--realm=prismesh.test',
    '--listening-ip=127.0.0.1',
    '--relay-ip=127.0.0.1',
    '--allow-loopback-peers',
    `--listening-port=${port}`,
    '--min-port=20000',
    '--max-port=29999',
    '--log-file=stdout',
    '--verbose',
    `--pidfile=${join(folder, 'pid')}`,
    `--db=${join(folder, 'db')}`,
  ]
  const child = await startChild('turnserver', options, { package: 'coturn', cwd: folder })
  await untilListening(port, child)
  return {
    iceServers: [{ urls: `turn:127.0.0.1:${port}?transport=udp`, username, credential }],
    output: () => child.output(),
    close: async () => {
      await child.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
