import assert from 'node:assert/strict'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WebSocket } from 'ws'
import { startTracker, type PrismeshTrackerError, type RunningTracker } from '../../tracker/src/index.js'
import { writeMmdb } from '../support/tracker/mmdb-writer.js'
import { TrackerClient } from './tracker-client.js'

const providers = writeMmdb([
  ['192.0.2.0/24', { autonomous_system_number: 64500 }],
  ['198.51.100.0/24', { autonomous_system_number: 64500 }],
  ['203.0.113.0/24', { autonomous_system_number: 64501 }],
])

describe('a tracker that knows where viewers are', () => {
  let folder = ''
  let tracker: RunningTracker | undefined
  const sockets: WebSocket[] = []
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'prismesh-places-'))))
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.terminate()
    await tracker?.close()
    rmSync(folder, { recursive: true })
  })

  function file(name: string, content: string | Buffer): string {
    const path = join(folder, name)
    writeFileSync(`${path}.new`, content)
    renameSync(`${path}.new`, path)
    return path
  }

  async function start(options: { geoDatabase?: string[]; subnetSites?: string }): Promise<RunningTracker> {
    const given = {
      host: '127.0.0.1',
      port: 0,
      open: true,
      quiet: true,
      trustedProxy: ['127.0.0.1'],
      ...options,
    }
    return (tracker = await startTracker(given))
  }

  /** Joins as a proxy forwards it. */
  async function joinFrom({ url }: RunningTracker, number: number, address: string): Promise<void> {
    const { client } = await TrackerClient.join(url, number, {}, { headers: { 'x-forwarded-for': address } })
    sockets.push(client.socket)
  }

  /** 64 members of two networks by turns, and one more of the first. */
  async function crowd(running: RunningTracker): Promise<void> {
    for (let number = 1; number <= 64; number += 1) {
      const network = number % 2 === 0 ? '203.0.113' : number % 4 === 1 ? '192.0.2' : '198.51.100'
      await joinFrom(running, number, `${network}.${number}`)
    }
    await joinFrom(running, 100, '192.0.2.200')
  }

  const sizes = (running: RunningTracker) => running.stats().streams[0]?.cells.map(({ members }) => members)

  it('parts a full cell by what a database says of addresses', async () => {
    const running = await start({ geoDatabase: [file('asn.mmdb', providers)] })
    await crowd(running)
    assert.deepEqual(sizes(running)?.toSorted(), [32, 33])
  })

  it('parts it by the addresses alone where there is no database', async () => {
    const running = await start({})
    await crowd(running)
    assert.deepEqual(sizes(running)?.toSorted(), [17, 48], 'the 16 of the /24, and the joiner')
  })

  it('reads its files again when it is told to, and keeps the old ones when they are wrong', async () => {
    const sites = file('sites.csv', '192.0.2.0/24,one\n')
    const running = await start({ subnetSites: sites })
    file('sites.csv', '192.0.2.0/24,one\n198.51.100.0/24,one\n203.0.113.0/24,two\n')
    await running.reload()
    file('sites.csv', 'nonsense')
    await assert.rejects(running.reload(), {
      code: 'invalid-options',
      message: /sites\.csv, line 1: must be/,
    })
    await crowd(running)
    assert.deepEqual(sizes(running)?.toSorted(), [32, 33])
  })

  it('does not start with a file that is wrong, and says which', async () => {
    const path = file('asn.mmdb', 'nonsense')
    await assert.rejects(
      start({ geoDatabase: [path] }),
      (error: PrismeshTrackerError) => error.message === `geoDatabase: ${path}: is no MaxMind DB file`,
    )
  })
})
