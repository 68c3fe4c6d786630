import assert from 'node:assert/strict'
import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createOrigin, type Origin } from '../../demo/origin/create-origin.js'
import type { RenditionId, StreamId } from '../../protocol/ids.js'
import { fromBase64Url } from '../../protocol/base64url.js'
import { digestOf, digestStatement } from '../../protocol/segment-digest.js'
import { followEdge, playlistEdgeStatement, readMediaText, textOf } from '../../protocol/playlist-edge.js'
import { decodeWireMessage } from '../../protocol/wire-messages.js'
import type { DigestsReply } from '../../protocol/tracker-messages.js'
import { readHlsPlaylist } from '../../tracker/src/core/hls-playlist.js'
import {
  startTracker,
  type RunningTracker,
  type TrackerOptions,
} from '../../tracker/src/server/start-tracker.js'
import { GuardedFetch } from '../../tracker/src/witness/guarded-fetch.js'
import { TrackerClient } from './tracker-client.js'
import { sha256 } from '../support/sha256.js'
import { witnessOf } from '../support/witness-of-origin.js'

type Told = DigestsReply['digests'][number]

describe('the witness', function () {
  this.timeout(30_000)
  let origin: Origin
  let tracker: RunningTracker | undefined
  let clients: TrackerClient[] = []
  let stream: StreamId

  before(async () => {
    origin = await createOrigin({ oneRendition: true })
    const { host, pathname } = new URL(origin.streamUrl)
    stream = (host + pathname) as StreamId
  })

  afterEach(async () => {
    for (const client of clients) client.socket.terminate()
    clients = []
    await tracker?.close()
  })

  after(() => origin.close())

  async function start(options: Partial<TrackerOptions>): Promise<RunningTracker> {
    tracker = await startTracker({ host: '127.0.0.1', port: 0, open: true, quiet: true, ...options })
    return tracker
  }

  async function join(number: number, rendition?: RenditionId) {
    assert.ok(tracker)
    const request = { stream, ...(rendition === undefined ? {} : { rendition }) }
    const { client, joined } = await TrackerClient.join(tracker.url, number, request)
    clients.push(client)
    return { client, joined }
  }

  /** The name of the origin's only rendition, and how to fetch its segments. */
  async function onlyRendition() {
    const master = readHlsPlaylist(await (await fetch(origin.streamUrl)).text())
    assert.ok(master?.kind === 'multivariant')
    const [listed] = master.renditions
    assert.ok(listed)
    const url = new URL(listed.uri, origin.streamUrl)
    const bodyOf = async (sequence: number): Promise<Uint8Array | undefined> => {
      const playlist = readHlsPlaylist(await (await fetch(url)).text(), listed.rendition)
      assert.ok(playlist?.kind === 'media')
      const segment = playlist.segments.find((each) => each.segment.sequence === sequence)
      return segment && new Uint8Array(await (await fetch(new URL(segment.uri, url))).arrayBuffer())
    }
    return { rendition: listed.rendition, url, bodyOf }
  }

  async function nextDigests(client: TrackerClient, count: number): Promise<Told[]> {
    const told: Told[] = []
    while (told.length < count) told.push(...(await client.next('digests')).digests)
    return told
  }

  /** The key that signs what the witness tells. */
  function keyOf({ digestKey }: { readonly digestKey?: string }): KeyObject {
    const key = fromBase64Url(digestKey ?? '')
    assert.ok(key)
    const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key])
    return createPublicKey({ key: spki, format: 'der', type: 'spki' })
  }

  it('signs each segment of an allowed stream once, and tells those who follow it', async () => {
    await start(witnessOf(origin.streamUrl))
    const { rendition, bodyOf } = await onlyRendition()
    const { client, joined } = await join(1, rendition)
    const key = keyOf(joined)
    const told = await nextDigests(client, 8)
    const sequences = told.map(({ segment }) => segment.sequence)
    assert.equal(new Set(sequences).size, sequences.length, 'each once')
    for (const { segment, bytes, root, signature, hashes } of told) {
      const digest = { segment, bytes, root: fromBase64Url(root) ?? new Uint8Array() }
      const statement = digestStatement(stream, digest)
      assert.ok(verify(null, statement, key, fromBase64Url(signature) ?? new Uint8Array()))
      assert.ok(hashes, 'a member of a small cell has the list')
    }
    const newest = told.at(-1)
    assert.ok(newest)
    const body = await bodyOf(newest.segment.sequence)
    assert.ok(body)
    const { digest } = digestOf(sha256, newest.segment, body)
    assert.equal(Buffer.from(digest.root).toString('base64url'), newest.root)
    // A second member is told the recent ones at once, and the first accuses nobody falsely for free.
    const second = await join(2, rendition)
    const recent = await nextDigests(second.client, 1)
    assert.ok(recent.some(({ root }) => root === newest.root))
    const { segment, hashes: [hash = ''] = [] } = newest
    client.say({ kind: 'accuse', member: second.joined.member, segment, block: 0, hash })
    assert.equal(await client.nextErrorCode(), 'accusation-false')
    client.say({ kind: 'accuse', member: second.joined.member, segment, block: 0, hash: 'A'.repeat(43) })
    await client.settled()
    const fetched = origin.stats().segments.filter(({ witnessRequests }) => witnessRequests > 0)
    assert.ok(fetched.length > 0)
    for (const { witnessRequests } of fetched) assert.equal(witnessRequests, 1)
  })

  it('signs what a playlist has come to, so that who has an earlier text can make the new one', async () => {
    await start(witnessOf(origin.streamUrl))
    const { rendition, url } = await onlyRendition()
    const { client, joined } = await join(1, rendition)
    const key = keyOf(joined)
    const textNow = async () => (await fetch(url)).text()
    // The first is of the state that the witness found.
    await client.next('playlist-edge')
    for (let own = await textNow(), followed = 0; followed < 2; own = await textNow()) {
      const { edge } = await client.next('playlist-edge')
      const read = decodeWireMessage(fromBase64Url(edge) ?? new Uint8Array())
      assert.ok(read.ok && read.value.kind === 'playlist-edge')
      assert.ok(verify(null, playlistEdgeStatement(stream, read.value), key, read.value.signature))
      const before = readMediaText(own)
      assert.ok(before)
      const made = followEdge(sha256, before, read.value)
      // Around the place where the origin's loop begins anew, everybody polls.
      if (made === undefined) continue
      assert.ok(textOf(made).endsWith(read.value.tail))
      followed += 1
    }
  })

  it('tells a digest soon after its segment is born', async () => {
    await start(witnessOf(origin.streamUrl))
    const { rendition } = await onlyRendition()
    const { client } = await join(1, rendition)
    await nextDigests(client, 7)
    const delays: number[] = []
    for (let count = 0; count < 3; count += 1) {
      await nextDigests(client, 1)
      // Segments of 2 s are born when the clock is a multiple of 2 s.
      delays.push(Date.now() % 2000)
    }
    assert.ok(Math.min(...delays) < 1000, `${delays.join()} ms`)
  })

  it('has no key for, and does not fetch, what no rule allows', async () => {
    await start({ witness: ['https://cdn.example.com/*'], witnessAllowPrivate: true })
    const { joined } = await join(1)
    assert.equal(joined.digestKey, undefined)
  })

  it('does not fetch from a private address, though a rule allows the stream', async () => {
    let requests = 0
    const server = await listen((_request, response) => {
      requests += 1
      response.end('#EXTM3U\n')
    })
    const { port } = server.address() as AddressInfo
    await start({ witness: [`http://127.0.0.1:${port}/*`, `http://localhost:${port}/*`] })
    for (const [index, host] of ['127.0.0.1', 'localhost'].entries()) {
      stream = `${host}:${port}/x.m3u8` as StreamId
      await join(index + 1, 'main' as RenditionId)
    }
    await new Promise((resolve) => setTimeout(resolve, 800))
    assert.equal(requests, 0)
    server.close()
  })
})

describe('a fetch of the witness', () => {
  const guarded = new GuardedFetch(false)
  const free = new GuardedFetch(true)
  after(() => {
    guarded.close()
    free.close()
  })
  const problemOf = async (fetcher: GuardedFetch, url: string, bytesMax = 1000) => {
    const answer = await fetcher.get({ url: new URL(url), bytesMax })
    return answer.ok ? `${answer.status}` : answer.problem
  }

  it('connects to no private address, however it is written, or whatever name leads there', async () => {
    const server = await listen((_request, response) => response.end('secret'))
    const { port } = server.address() as AddressInfo
    for (const host of [
      '127.0.0.1',
      'localhost',
      '2130706433',
      '0x7f.1',
      '127.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '0',
    ]) {
      assert.equal(await problemOf(guarded, `http://${host}:${port}/`), 'address-refused', host)
    }
    assert.equal(await problemOf(free, `http://127.0.0.1:${port}/`), '200')
    server.close()
  })

  it('checks where a redirect leads, and how often', async () => {
    const server = await listen((request, response) => {
      const location =
        request.url === '/loop' ? '/loop' : request.url === '/file' ? 'file:///etc/passwd' : '/end'
      if (request.url === '/end') response.end('body')
      else response.writeHead(302, { location }).end()
    })
    const { port } = server.address() as AddressInfo
    assert.equal(await problemOf(free, `http://127.0.0.1:${port}/once`), '200')
    assert.equal(await problemOf(free, `http://127.0.0.1:${port}/loop`), 'redirect-refused')
    assert.equal(await problemOf(free, `http://127.0.0.1:${port}/file`), 'redirect-refused')
    server.close()
  })

  it('takes no body over its bound, none that is cut short, and no error page', async () => {
    const server = await listen((request, response) => {
      if (request.url === '/long') response.end(Buffer.alloc(2000))
      else if (request.url === '/404') response.writeHead(404).end('not here')
      else {
        response.writeHead(200, { 'Content-Length': 900 })
        response.write('cut')
        setImmediate(() => response.destroy())
      }
    })
    const { port } = server.address() as AddressInfo
    assert.equal(await problemOf(free, `http://127.0.0.1:${port}/long`), 'too-large')
    assert.equal(await problemOf(free, `http://127.0.0.1:${port}/cut`), 'network')
    assert.equal(await problemOf(free, `http://127.0.0.1:${port}/404`), 'status')
    server.close()
  })
})

async function listen(handler: RequestListener): Promise<Server> {
  const server = createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, resolve))
  return server
}
