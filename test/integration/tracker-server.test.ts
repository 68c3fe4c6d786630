import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { WebSocket } from 'ws'
import { signalBytesMax, trackerMessageBytesMax } from '../../protocol/limits.js'
import {
  startTracker,
  type RunningTracker,
  type StatsDocument,
  type TrackerOptions,
} from '../../tracker/src/index.js'
import { joinRequest, memberId } from '../unit/tracker/core-harness.js'
import { TrackerClient } from './tracker-client.js'

describe('the tracker server', () => {
  const running: RunningTracker[] = []
  const sockets: WebSocket[] = []

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.terminate()
    await Promise.all(running.splice(0).map((tracker) => tracker.close()))
  })

  async function start(options: Partial<TrackerOptions> = {}): Promise<RunningTracker> {
    const tracker = await startTracker({ host: '127.0.0.1', port: 0, open: true, quiet: true, ...options })
    running.push(tracker)
    return tracker
  }

  async function join(...args: Parameters<typeof TrackerClient.join>) {
    const joined = await TrackerClient.join(...args)
    sockets.push(joined.client.socket)
    return joined
  }

  async function connectTo(...args: Parameters<typeof TrackerClient.connect>) {
    const client = await TrackerClient.connect(...args)
    sockets.push(client.socket)
    return client
  }

  const httpUrl = (tracker: RunningTracker, path: string) => `http://127.0.0.1:${tracker.port}${path}`

  it('introduces two members and relays their signals and roster lines', async () => {
    const { url } = await start({ rosterDelayMs: 0 })
    const one = await join(url, 1)
    const two = await join(url, 2, { role: 'fog' })
    assert.deepEqual(two.joined.introductions, [{ member: memberId(1), initiate: true }])
    assert.deepEqual((await one.client.next('introduce')).introductions, [
      { member: memberId(2), initiate: false },
    ])
    assert.deepEqual((await one.client.next('roster')).present, [
      { member: memberId(2), role: 'fog', uploads: true },
    ])
    assert.equal(one.joined.swarm, two.joined.swarm)
    assert.match(one.joined.swarm, /^[0-9a-f]{40}$/)

    const offer = { type: 'offer', sdp: 'ö'.repeat(1000) }
    two.client.say({ kind: 'signal', to: memberId(1), signals: [offer] })
    assert.deepEqual(await one.client.next('signal'), { kind: 'signal', from: memberId(2), signals: [offer] })
    two.client.say({ kind: 'leave' })
    assert.equal(await two.client.closed, 1000)
    assert.deepEqual((await one.client.next('roster')).gone, [memberId(2)])
  })

  it('answers garbage with codes, drops who goes on, and leaves the others alone', async () => {
    const { url } = await start()
    const bystander = await join(url, 1)
    const vandal = await connectTo(url)
    vandal.socket.send('}{')
    vandal.socket.send(Buffer.from([1, 2, 3]))
    vandal.socket.send('"'.repeat(trackerMessageBytesMax + 1))
    vandal.socket.send('{"kind":"dance"}')
    vandal.socket.send('{"kind":"leave"}')
    const codes = []
    for (let count = 0; count < 5; count += 1) codes.push(await vandal.nextErrorCode())
    assert.deepEqual(codes, ['malformed', 'malformed', 'oversized', 'unknown-kind', 'out-of-order'])
    assert.equal(await vandal.closed, 1008)

    const flooder = await connectTo(url)
    flooder.socket.send(Buffer.alloc(3 * trackerMessageBytesMax))
    assert.equal(await flooder.closed, 1009)
    await bystander.client.settled()
    assert.equal(bystander.client.socket.readyState, WebSocket.OPEN)
  })

  it('drops who does not join', async () => {
    const { url } = await start({ joinTimeoutMs: 100 })
    const silent = await connectTo(url)
    assert.equal(await silent.nextErrorCode(), 'out-of-order')
    assert.equal(await silent.closed, 1008)
  })

  it('leaves signals out for a member that does not read, and sheds it when it misses rosters', async () => {
    const tracker = await start({ messageBurst: 100_000, bufferedBytesMax: 64 * 1024, rosterDelayMs: 0 })
    const connections = () => tracker.stats().connections
    const slow = await join(tracker.url, 1)
    const sender = await join(tracker.url, 2)
    slow.client.socket.pause()
    const signal = { sdp: 'x'.repeat(signalBytesMax - 100) }
    // More than any system holds for a socket: nobody is shed because others signal to it.
    for (let sent = 0; sent < 400; sent += 1) {
      sender.client.say({ kind: 'signal', to: memberId(1), signals: [signal, signal, signal] })
      if (sent % 20 === 0) await sender.client.settled()
    }
    await sender.client.settled()
    assert.equal(connections(), 2)
    for (let sent = 0; connections() === 2 && sent < 5000; sent += 1) {
      sender.client.say({ kind: 'update', uploads: sent % 2 === 0 })
      if (sent % 20 === 0) await sender.client.settled()
    }
    assert.equal(connections(), 1)
    slow.client.socket.resume()
    assert.equal(await slow.client.closed, 1006)
  })

  it('finds dead connections by heartbeat, and keeps silent ones that live', async () => {
    const { url } = await start({ heartbeatMs: 60, rosterDelayMs: 0 })
    const alive = await join(url, 1)
    const dead = await join(url, 2, {}, { autoPong: false })
    assert.equal(await dead.client.closed, 1006)
    assert.deepEqual((await alive.client.next('roster')).gone.length, 0)
    assert.deepEqual((await alive.client.next('roster')).gone, [memberId(2)])
    assert.equal(alive.client.socket.readyState, WebSocket.OPEN)
  })

  it('takes up a member again on another connection', async () => {
    const { url } = await start()
    const old = await join(url, 1)
    const stranger = await connectTo(url)
    stranger.say(joinRequest(1, { resume: 'a guess' }))
    assert.equal(await stranger.nextErrorCode(), 'member-in-use')
    const fresh = await join(url, 1, { resume: old.joined.resume })
    assert.equal(await old.client.nextErrorCode(), 'member-in-use')
    assert.equal(await old.client.closed, 1008)
    assert.equal(fresh.joined.resume, old.joined.resume)
  })

  it('shows its health and its statistics to any page', async () => {
    const tracker = await start()
    const { client } = await join(tracker.url, 1, { rendition: 'hd' as never })
    const report = { cdnBytes: 300, peerBytes: 100, uploadedBytes: 50, wastedBytes: 7, rescues: 2, links: 1 }
    client.say({ kind: 'report', ...report })
    await client.settled()

    const health = await fetch(httpUrl(tracker, '/health'))
    assert.equal(health.status, 200)
    assert.equal(health.headers.get('access-control-allow-origin'), '*')
    assert.deepEqual(await health.json(), { status: 'ok' })

    const response = await fetch(httpUrl(tracker, '/stats?now'))
    assert.equal(response.headers.get('access-control-allow-origin'), '*')
    const { uptimeSeconds, version, ...stats } = (await response.json()) as StatsDocument
    assert.ok(uptimeSeconds >= 0)
    assert.match(version, /^\d+\.\d+\.\d+$/)
    assert.equal(stats.connections, 1)
    const [stream] = stats.streams
    assert.ok(stream)
    assert.deepEqual([stream.stream, stream.members, stream.policy], ['news', 1, { p2p: 'on' }])
    assert.deepEqual(stream.cells, [{ id: 1, members: 1, fog: 0, renditions: { hd: 1 } }])
    for (const { bytes, rescues, offload } of [stream, stats.totals]) {
      assert.deepEqual(bytes, { cdn: 300, peers: 100, uploaded: 50, wasted: 7 })
      assert.deepEqual([rescues, offload], [2, 0.25])
    }
    assert.deepEqual([stats.totals.streams, stats.totals.members, stats.counts.joins], [1, 1, 1])
    assert.deepEqual(tracker.stats().totals.bytes, stats.totals.bytes)
  })

  it('has nothing else over HTTP', async () => {
    const tracker = await start()
    const statusOf = async (path: string, method = 'GET') =>
      (await fetch(httpUrl(tracker, path), { method })).status
    assert.deepEqual(
      [await statusOf('/other'), await statusOf('/'), await statusOf('/stats', 'POST')],
      [404, 426, 405],
    )
    assert.equal(await upgradeStatus(`${tracker.url}/other`), 404)
  })

  it('does not keep the connection of somebody whom it refused and who never closes', async () => {
    const tracker = await start()
    const stubborn = connect({ port: tracker.port, host: '127.0.0.1', allowHalfOpen: true })
    const closed = new Promise((resolve) => stubborn.once('close', resolve))
    stubborn.on('error', () => {})
    stubborn.write(
      'GET /other HTTP/1.1\r\nHost: tracker\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    )
    const [answer] = (await once(stubborn, 'data')) as [Buffer]
    assert.match(answer.toString(), /^HTTP\/1.1 404/)
    // Writing is how it finds out that the other side is gone.
    const writing = setInterval(() => stubborn.write('x'), 50)
    await closed
    clearInterval(writing)
  })

  it('sends everyone away when it stops, and says that it drains meanwhile', async () => {
    const tracker = await start()
    const polite = await join(tracker.url, 1)
    const deaf = await join(tracker.url, 2)
    const idle = connect(tracker.port, '127.0.0.1')
    await new Promise((resolve) => idle.once('connect', resolve))
    const idleClosed = new Promise((resolve) => idle.once('close', resolve))
    // It does not answer the close frame, which keeps the tracker waiting for a second.
    deaf.client.socket.pause()

    const startedAt = performance.now()
    const stopped = tracker.close()
    const error = await polite.client.next('error')
    assert.equal(error.code, 'shutting-down')
    assert.ok(error.retryAfterMs !== undefined && error.retryAfterMs >= 1000 && error.retryAfterMs <= 5000)
    assert.equal(await polite.client.closed, 1001)
    assert.equal((await fetch(httpUrl(tracker, '/health'))).status, 503)
    assert.equal(await upgradeStatus(tracker.url), 503)
    await stopped
    await idleClosed
    assert.ok(performance.now() - startedAt < 3000)
    await tracker.close()
    await assert.rejects(fetch(httpUrl(tracker, '/health')))
  })

  it('is back on its port after a restart, and knows its members by its secret', async () => {
    const secret = 'a secret of sixteen or more'
    const first = await start({ secret })
    const before = await join(first.url, 1)
    await first.close()
    const second = await start({ secret, port: first.port })
    assert.equal(second.url, first.url)
    const { joined } = await join(second.url, 1, { resume: before.joined.resume })
    assert.deepEqual([joined.swarm, joined.resume], [before.joined.swarm, before.joined.resume])
    await second.close()
    const third = await start({ port: first.port })
    const stranger = await join(third.url, 1)
    assert.notEqual(stranger.joined.swarm, before.joined.swarm)
  })

  it('says what is wrong with its options, and which port it cannot have', async () => {
    await assert.rejects(start({ port: 70_000, membersMax: 0 }), {
      name: 'PrismeshTrackerError',
      code: 'invalid-options',
      problems: [
        'port: must be an integer from 0 to 65535, not 70000 (startTracker)',
        'membersMax: must be an integer from 1 to 1000000, not 0 (startTracker)',
      ],
    })
    await assert.rejects(start({ open: false as never }), { code: 'invalid-options' })
    const { port } = await start()
    await assert.rejects(start({ port }), {
      code: 'port-in-use',
      message: `cannot listen at 127.0.0.1:${port}: the port is in use`,
    })
    await assert.rejects(start({ host: '203.0.113.1' }), { code: 'cannot-listen' })
  })

  it('gives addresses that can be connected to', async () => {
    const everywhere = await start({ host: '0.0.0.0' })
    assert.equal(everywhere.url, `ws://127.0.0.1:${everywhere.port}`)
  })
})

/** The status with which an upgrade is refused. */
function upgradeStatus(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url)
    socket.on('error', () => undefined)
    socket.on('unexpected-response', (request, response) => {
      resolve(response.statusCode)
      request.destroy()
    })
  })
}
