import assert from 'node:assert/strict'
import { once } from 'node:events'
import { WebSocket, type ClientOptions } from 'ws'
import { startTracker, type RunningTracker, type TrackerOptions } from '../../tracker/src/index.js'
import { readPage } from '../unit/docs/markdown.js'
import { id, offersOf } from '../unit/webtorrent/webtorrent-harness.js'
import { untilReal } from '../support/transport/until.js'
import { TrackerClient } from './tracker-client.js'

/** A WebSocket that speaks WebTorrent's protocol by hand. */
class RawClient {
  readonly closed: Promise<number>
  readonly replies: Record<string, unknown>[] = []
  private wake: (() => void) | undefined

  constructor(readonly socket: WebSocket) {
    this.closed = new Promise((resolve) => socket.on('close', resolve))
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      assert.equal(isBinary, false)
      this.replies.push(JSON.parse(data.toString()) as Record<string, unknown>)
      this.wake?.()
    })
  }

  announce(name: string, fields: object = {}): void {
    const message = { action: 'announce', info_hash: id('swarm'), peer_id: id(name), ...fields }
    this.socket.send(JSON.stringify(message))
  }

  async next(): Promise<Record<string, unknown>> {
    for (;;) {
      const reply = this.replies.shift()
      if (reply) return reply
      await new Promise<void>((resolve) => (this.wake = resolve))
    }
  }
}

describe('the WebTorrent endpoint', () => {
  const running: RunningTracker[] = []
  const sockets: WebSocket[] = []

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.terminate()
    await Promise.all(running.splice(0).map((tracker) => tracker.close()))
  })

  async function start(options: Partial<TrackerOptions> = {}): Promise<RunningTracker> {
    const fixed = { host: '127.0.0.1', port: 0, open: true, quiet: true, webtorrent: true }
    const tracker = await startTracker({ ...fixed, ...options })
    running.push(tracker)
    return tracker
  }

  async function connect({ url }: RunningTracker, options: ClientOptions = {}): Promise<RawClient> {
    const socket = new WebSocket(`${url}/announce`, options)
    sockets.push(socket)
    const client = new RawClient(socket)
    await once(socket, 'open')
    return client
  }

  /** The status that an upgrade is refused with. */
  async function refusal(url: string, options: ClientOptions = {}): Promise<number | undefined> {
    const socket = new WebSocket(url, options)
    socket.on('error', () => undefined)
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode?: number }]
    return response.statusCode
  }

  it('passes on offers and answers beside the protocol of its own, and counts them as its page shows', async () => {
    const tracker = await start()
    const { client: member } = await TrackerClient.join(tracker.url, 1)
    sockets.push(member.socket)
    const one = await connect(tracker)
    one.announce('one')
    assert.equal((await one.next())['incomplete'], 1)
    const two = await connect(tracker)
    const [offer] = offersOf('ö'.padEnd(20, '\u00ff'))
    two.announce('two', { offers: [{ ...offer, offer: { type: 'offer', sdp: 'ü€😀'.repeat(1000) } }] })
    assert.equal((await two.next())['interval'], 120)
    const relayed = await one.next()
    assert.deepEqual(relayed['offer'], { type: 'offer', sdp: 'ü€😀'.repeat(1000) })
    assert.equal(relayed['offer_id'], offer?.offer_id)
    one.announce('one', {
      to_peer_id: relayed['peer_id'],
      offer_id: relayed['offer_id'],
      answer: { type: 'answer', sdp: 'v=0' },
    })
    assert.deepEqual((await two.next())['answer'], { type: 'answer', sdp: 'v=0' })

    const response = await fetch(`http://127.0.0.1:${tracker.port}/stats`)
    const { webtorrent, totals } = (await response.json()) as ReturnType<typeof tracker.stats>
    const block = readPage('docs/webtorrent.md').blocks.find(({ info }) => info === 'webtorrent-stats')
    assert.deepEqual({ webtorrent }, JSON.parse(block?.code ?? ''))
    assert.equal(totals.members, 1)
  })

  it('takes text in binary frames, and ends who sends what is no text', async () => {
    const tracker = await start()
    const client = await connect(tracker)
    const text = JSON.stringify({ action: 'announce', info_hash: id('swarm'), peer_id: '\u00ff'.repeat(20) })
    client.socket.send(Buffer.from(text))
    assert.equal((await client.next())['incomplete'], 1)
    client.socket.send(Buffer.from(text, 'latin1'))
    assert.equal(await client.closed, 1007)
    const large = await connect(tracker)
    large.socket.send('x'.repeat(70_000))
    assert.equal(await large.closed, 1009)
  })

  it('is there at its path alone, and only when it was asked for', async () => {
    const off = await start({ webtorrent: false })
    assert.equal(await refusal(`${off.url}/announce`), 404)
    assert.equal((await fetch(`http://127.0.0.1:${off.port}/announce`)).status, 404)
    assert.equal(off.stats().webtorrent, undefined)
    const on = await start()
    assert.equal(await refusal(`${on.url}/announce/`), 404)
    assert.equal((await fetch(`http://127.0.0.1:${on.port}/announce`)).status, 426)
  })

  it('lets in the pages that may connect, and counts attempts of an address', async () => {
    const tracker = await start({ allowOrigin: ['https://example.com'], joinsPerMinutePerAddress: 3 })
    const url = `${tracker.url}/announce`
    assert.equal(await refusal(url, { origin: 'https://example.org' }), 403)
    assert.equal(await refusal(url), 403)
    await connect(tracker, { origin: 'https://example.com' })
    assert.equal(await refusal(url, { origin: 'https://example.com' }), 429)
  })

  it('keeps little for a slow reader, and sends everyone away when it stops', async () => {
    const tracker = await start({ webtorrentMessageBurst: 100_000, webtorrentOffersPerMinute: 1_000_000 })
    const slow = await connect(tracker)
    slow.announce('slow')
    await slow.next()
    slow.socket.pause()
    const sender = await connect(tracker)
    const [offer] = offersOf('a')
    // More than the system's buffers hold for who does not read, and the tracker would keep the rest.
    for (let sent = 0; sent < 1000; sent += 1) {
      sender.announce('sender', { offers: [{ ...offer, offer: { type: 'offer', sdp: 'x'.repeat(60_000) } }] })
      await sender.next()
    }
    assert.equal(tracker.stats().webtorrent?.offersRelayed, 1000)
    slow.socket.resume()
    const closed = [slow.closed, sender.closed]
    await tracker.close()
    assert.deepEqual(await Promise.all(closed), [1001, 1001])
    // A system buffers some megabytes; what came after them was not kept.
    assert.ok(slow.replies.length > 0 && slow.replies.length < 500, `${slow.replies.length} offers came`)
  })

  it('finds connections that are gone without a word', async () => {
    const tracker = await start({ heartbeatMs: 50 })
    const client = await connect(tracker, { autoPong: false })
    client.announce('one')
    assert.equal(await client.closed, 1006)
    await untilReal(() => tracker.stats().webtorrent?.peers === 0)
  })
})
