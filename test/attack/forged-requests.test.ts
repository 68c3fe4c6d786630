import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { createOrigin, type Origin } from '../../demo/origin/create-origin.js'
import type { RenditionId, StreamId } from '../../protocol/ids.js'
import { startTracker, type RunningTracker } from '../../tracker/src/index.js'
import { GuardedFetch } from '../../tracker/src/witness/guarded-fetch.js'
import { TrackerClient } from '../integration/tracker-client.js'
import { tell } from './attack-report.js'

/** Ways to write an address of this machine or its network, with the trap's port. */
const insideHosts = [
  '127.0.0.1',
  'localhost',
  '127.1',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '0',
  '0.0.0.0',
  '[::1]',
  '[::]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[64:ff9b::7f00:1]',
  '169.254.169.254',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.0.1',
  '100.64.0.1',
  '[fe80::1]',
  '[fd00::1]',
]

describe('attack: requests forged through the witness, stream ids, paths and headers', () => {
  let trap: Server
  let port: number
  const trapped: string[] = []
  const running: { close(): Promise<void> }[] = []

  before(async () => {
    trap = createServer((request, response) => {
      trapped.push(`${request.method} ${request.url}`)
      response.end('#EXTM3U\n')
    })
    await new Promise<void>((resolve) => trap.listen(0, resolve))
    port = (trap.address() as AddressInfo).port
  })
  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.close()))
  })
  after(() => void trap.close())

  async function start(options: object = {}): Promise<RunningTracker> {
    const tracker = await startTracker({ host: '127.0.0.1', port: 0, open: true, quiet: true, ...options })
    running.push(tracker)
    return tracker
  }

  it('the witness fetches nothing inside, whatever stream ids and rules name', async () => {
    // The worst case: the operator's rules allow every one of these hosts.
    const tracker = await start({ witness: insideHosts.map((host) => `http://${host}:${port}/*`) })
    const ids = [
      ...insideHosts.map((host) => `${host}:${port}/live/master.m3u8`),
      `cdn.example.com@127.0.0.1:${port}/x.m3u8`,
      `127.0.0.1:${port}#cdn.example.com/x.m3u8`,
      `http://127.0.0.1:${port}/x.m3u8`,
      `file:///etc/passwd`,
      `../../../etc/passwd`,
    ]
    const clients: TrackerClient[] = []
    for (const [index, stream] of ids.entries()) {
      const request = { stream: stream as StreamId, rendition: 'v' as RenditionId }
      clients.push((await TrackerClient.join(tracker.url, index + 1, request)).client)
    }
    // Long enough for several looks at each playlist.
    await new Promise((resolve) => setTimeout(resolve, 1000))
    for (const { socket } of clients) socket.terminate()
    assert.deepEqual(trapped, [])
    const guarded = new GuardedFetch(false)
    const free = new GuardedFetch(true)
    for (const host of insideHosts) {
      const answer = await guarded.get({ url: new URL(`http://${host}:${port}/`), bytesMax: 1000 })
      assert.ok(!answer.ok, host)
    }
    assert.ok((await free.get({ url: new URL(`http://127.0.0.1:${port}/`), bytesMax: 1000 })).ok)
    assert.deepEqual(trapped, ['GET /'], 'the trap works')
    guarded.close()
    free.close()
    tell(
      `${ids.length} stream ids and ${insideHosts.length} ways to write an inner address`,
      '0 requests to them',
    )
  })

  it('no path leads to a file, at the tracker or at the origin', async () => {
    const tracker = await start()
    const origin: Origin = await createOrigin({})
    running.push(origin)
    const climbs = [
      '/../../../../etc/passwd',
      '/..%2f..%2f..%2f..%2fetc%2fpasswd',
      '/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
      '/....//....//etc/passwd',
      '/..\\..\\..\\etc\\passwd',
      '/%252e%252e%252fetc%252fpasswd',
      '//etc/passwd',
      '/etc/passwd%00.ts',
      'file:///etc/passwd',
    ]
    const folders = ['', '/console', '/operator', '/stats', '/health', '/live', '/vod', '/source', '/page']
    let asked = 0
    const statuses = new Map<number, number>()
    for (const target of [tracker.port, origin.port]) {
      for (const folder of folders) {
        for (const climb of climbs) {
          const path = climb.startsWith('file') ? climb : `${folder}${climb}`
          const answer = await rawRequest(
            target,
            `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
          )
          assert.ok(!answer.includes('root:'), path)
          assert.ok(!answer.includes('prismesh-workspace'), path)
          const status = Number(answer.slice(9, 12))
          assert.ok(status >= 400, `${path} is answered with ${status}`)
          statuses.set(status, (statuses.get(status) ?? 0) + 1)
          asked += 1
        }
      }
    }
    tell(
      `${asked} paths that climb out, at each folder of the tracker and the origin`,
      `no file; ${[...statuses].map(([status, count]) => `${status} x ${count}`).join(', ')}`,
    )
  })

  it('nothing that a stranger sends becomes a header', async () => {
    const tracker = await start({ trustedProxy: ['127.0.0.1'] })
    const injected = 'x-injected: yes'
    const requests = [
      `GET /health%0d%0a${injected} HTTP/1.1\r\nHost: x\r\n`,
      `GET /health?a=%0d%0a${injected} HTTP/1.1\r\nHost: x\r\n`,
      `GET /health HTTP/1.1\r\nHost: x\r\nOrigin: https://a%0d%0a${injected}\r\n`,
      `GET /health HTTP/1.1\r\nHost: x%0d%0a${injected}\r\n`,
      `GET /health HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 1.2.3.4%0d%0a${injected}\r\n`,
      `GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: prismesh.v1%0d%0a${injected}\r\n`,
      `GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Key: AAAA\n${injected}\r\nSec-WebSocket-Protocol: prismesh.token.x\n${injected}\r\n`,
    ]
    for (const request of requests) {
      const answer = await rawRequest(tracker.port, `${request}\r\n`)
      const [head = ''] = answer.split('\r\n\r\n')
      assert.ok(!/^x-injected/im.test(head), answer)
    }
    const { client } = await TrackerClient.join(tracker.url, 1, { stream: `x\r\n${injected}` as StreamId })
    const stats = await (await fetch(`http://127.0.0.1:${tracker.port}/stats`)).json()
    const [stream] = (stats as { streams: { stream: string }[] }).streams
    assert.equal(stream?.stream, `x\r\n${injected}`, 'a name is data')
    client.socket.terminate()
    tell(
      `${requests.length} requests and a stream id with line ends in them`,
      '0 headers of theirs in the answers',
    )
  })
})

/** The whole answer, of a connection that ends or says no more for a while. */
function rawRequest(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'))
    let answer = ''
    const end = () => {
      socket.destroy()
      resolve(answer)
    }
    socket.setEncoding('latin1').setTimeout(400, end)
    socket.on('data', (more: string) => (answer += more))
    socket.on('error', end).on('close', end)
  })
}
