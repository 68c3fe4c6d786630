import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StreamId } from '../../protocol/ids.js'
import { streamHash } from '../../protocol/stream-hash.js'
import { startChild, untilListening, type Child } from '../support/fleet/child.js'
import { freePort } from '../support/fleet/free-port.js'
import { TrackerProcess } from '../support/fleet/tracker-process.js'
import { TrackerClient } from './tracker-client.js'

/** The ports that the two files name. They may be taken here, so that each stands for a free one. */
const trackerPorts = [8441, 8442, 8443]

interface Balancer {
  readonly port: number
  readonly file: string
  start(folder: string, file: string): Promise<Child>
}

const balancers: Readonly<Record<string, Balancer>> = {
  nginx: {
    port: 8450,
    file: 'nginx.conf',
    start: (folder, file) =>
      startChild('nginx', ['-p', folder, '-c', file, '-e', 'stderr', '-g', 'daemon off;'], {
        package: 'nginx-light',
      }),
  },
  haproxy: {
    port: 8460,
    file: 'haproxy.cfg',
    start: (folder, file) => startChild('haproxy', ['-db', '-f', file], { package: 'haproxy', cwd: folder }),
  },
}

/** The file as it stands but for its ports; what these are here. */
async function withFreePorts(
  file: string,
  ports: readonly number[],
): Promise<{ text: string; free: number[] }> {
  let text = readFileSync(new URL(`../../../deploy/${file}`, import.meta.url), 'utf8')
  const free: number[] = []
  for (const port of ports) {
    const place = `127.0.0.1:${port}`
    assert.ok(text.includes(place), `${file} names ${place}`)
    const mine = await freePort()
    free.push(mine)
    text = text.replaceAll(place, `127.0.0.1:${mine}`)
  }
  return { text, free }
}

for (const [name, balancer] of Object.entries(balancers)) {
  describe(`deploy/${name}, as it stands`, function () {
    this.timeout(60_000)
    let folder: string
    let child: Child
    let trackers: TrackerProcess[]
    let clients: TrackerClient[]
    let joins: number
    let balancerPort: number

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), `prismesh-${name}-`))
      clients = []
      joins = 0
      const { text, free } = await withFreePorts(balancer.file, [...trackerPorts, balancer.port])
      const file = join(folder, balancer.file)
      writeFileSync(file, text)
      balancerPort = free.at(-1) ?? 0
      trackers = free
        .slice(0, -1)
        .map(
          (port) =>
            new TrackerProcess(port, ['--trusted-proxy', '127.0.0.1', '--connections-per-address-max', '20']),
        )
      await Promise.all(trackers.map((tracker) => tracker.start()))
      child = await balancer.start(folder, file)
      await untilListening(balancerPort, child)
    })
    afterEach(async () => {
      for (const { socket } of clients) socket.terminate()
      // Politely: killed, nginx would leave its workers behind.
      await child.kill('SIGTERM')
      await Promise.all(trackers.map((tracker) => tracker.kill()))
      rmSync(folder, { recursive: true, force: true })
    })

    /** Joins by way of the balancer, as the SDK does. */
    async function enter(stream: string, options: { from?: string; host?: string; forged?: string } = {}) {
      const { from = '127.0.0.1', host, forged } = options
      const url = `ws://127.0.0.1:${balancerPort}/?s=${streamHash(stream)}`
      const headers = {
        ...(host === undefined ? {} : { Host: host }),
        ...(forged === undefined ? {} : { 'X-Forwarded-For': forged }),
      }
      joins += 1
      const { client } = await TrackerClient.join(
        url,
        joins,
        { stream: stream as StreamId },
        { localAddress: from, headers },
      )
      clients.push(client)
    }

    /** Members of a stream at each tracker that is there, once they are so many: statistics may be half a second old. */
    async function membersOf(stream: string, total: number): Promise<number[]> {
      for (;;) {
        const all = await Promise.all(trackers.map((tracker) => tracker.stats().catch(() => undefined)))
        const members = all.map(
          (stats) => stats?.streams.find((listed) => listed.stream === stream)?.members ?? 0,
        )
        if (members.reduce((sum, count) => sum + count, 0) === total) return members
      }
    }

    it('keeps a stream on one process, and uses all of them', async () => {
      const streams = Array.from({ length: 12 }, (_, index) => `stream ${index}`)
      for (const [index, stream] of streams.entries()) {
        for (let viewer = 0; viewer < 3; viewer += 1) await enter(stream, { from: `127.0.0.${index + 10}` })
      }
      const places = await Promise.all(streams.map((stream) => membersOf(stream, 3)))
      for (const place of places)
        assert.deepEqual(
          place.toSorted((one, other) => one - other),
          [0, 0, 3],
        )
      const used = new Set(places.map((place) => place.indexOf(3)))
      assert.equal(used.size, 3, JSON.stringify(places))
    })

    it('goes to the next process when one is down, the whole stream to the same one', async () => {
      await enter('news')
      const first = (await membersOf('news', 1)).indexOf(1)
      await trackers[first]?.kill()
      for (let viewer = 0; viewer < 4; viewer += 1) await enter('news')
      const place = await membersOf('news', 4)
      assert.deepEqual(
        place.toSorted((one, other) => one - other),
        [0, 0, 4],
      )
      assert.equal(place[first], 0)
    })

    it('reaches each process under its own name', async () => {
      for (const number of [1, 2, 3]) await enter('by name', { host: `t${number}.tracker.example.com` })
      assert.deepEqual(await membersOf('by name', 3), [1, 1, 1])
    })

    it("passes on the viewer's address, whatever the viewer says itself", async () => {
      for (let viewer = 0; viewer < 20; viewer += 1) {
        await enter('crowd', { from: '127.0.0.5', forged: `203.0.113.${viewer}` })
      }
      const url = `ws://127.0.0.1:${balancerPort}/?s=${streamHash('crowd')}`
      const refused = await TrackerClient.connect(url, { localAddress: '127.0.0.5' })
      clients.push(refused)
      assert.equal(await refused.nextErrorCode(), 'too-many-connections')
      await enter('crowd', { from: '127.0.0.6' })
      assert.deepEqual(
        (await membersOf('crowd', 21)).toSorted((one, other) => one - other),
        [0, 0, 21],
      )
    })

    it('keeps the names of streams to itself', async () => {
      const statusOf = async (path: string) => (await fetch(`http://127.0.0.1:${balancerPort}${path}`)).status
      assert.deepEqual(
        [await statusOf('/health'), await statusOf('/stats'), await statusOf('/x')],
        [200, 404, 404],
      )
    })
  })
}
