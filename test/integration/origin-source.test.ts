import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createOrigin, type Origin } from '../../demo/origin/create-origin.js'
import { checkSource } from '../../demo/origin/source/check-source.js'

const segment = Buffer.alloc(50_000, 7)

/** A CDN that no page may read, with a multivariant playlist, segments in ranges, and one of unknown length. */
const cdn: RequestListener = (request, response) => {
  const master = '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nvideo/index.m3u8?token=a\n'
  const media =
    '#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:5\n#EXTINF:2,\nwhole.ts\n#EXTINF:2,\n#EXT-X-BYTERANGE:1000@2000\nshared.mp4\n' +
    '#EXTINF:2,\nchunked.ts\n#EXTINF:2,\ngone.ts\n#EXTINF:2,\nshort.ts\n#EXT-X-ENDLIST\n'
  if (request.url === '/master.m3u8') return void response.end(master)
  if (request.url === '/page.html') return void response.end('<html>')
  if (request.url === '/open.m3u8')
    return void response.setHeader('Access-Control-Allow-Origin', '*').end(master)
  if (request.url === '/endless') return void response.write('ICY 200')
  if (request.url === '/video/index.m3u8?token=a') return void response.end(media)
  if (request.url === '/video/chunked.ts') {
    response.write(segment)
    return void response.end()
  }
  if (request.url === '/video/short.ts') {
    response.writeHead(200, { 'Content-Length': segment.length })
    response.write(segment.subarray(0, 100), () => response.destroy())
    return
  }
  if (request.url !== '/video/whole.ts' && request.url !== '/video/shared.mp4')
    return void response.writeHead(404).end()
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
  if (!start || !end) return void response.setHeader('Content-Length', segment.length).end(segment)
  const body = segment.subarray(Number(start), Number(end) + 1)
  response.writeHead(206, {
    'Content-Range': `bytes ${start}-${end}/${segment.length}`,
    'Content-Length': body.length,
  })
  response.end(body)
}

describe('passing a foreign stream through', () => {
  let server: Server
  let sourceUrl: string
  let origin: Origin
  beforeEach(async () => {
    server = createServer(cdn).listen(0, '127.0.0.1')
    await once(server, 'listening')
    sourceUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/master.m3u8`
    origin = await createOrigin({ sourceUrl })
  })
  afterEach(async () => {
    await origin.close()
    server.closeAllConnections()
    server.close()
  })

  /** The URL of each segment, found as a player finds it. */
  async function segmentUrls(): Promise<string[]> {
    const [media = ''] = await urisIn(origin.streamUrl)
    return urisIn(media)
  }

  async function urisIn(playlistUrl: string): Promise<string[]> {
    const answer = await fetch(playlistUrl)
    assert.equal(answer.headers.get('content-type'), 'application/vnd.apple.mpegurl')
    assert.equal(answer.headers.get('access-control-allow-origin'), '*')
    const lines = (await answer.text()).split('\n').filter((line) => line && !line.startsWith('#'))
    return lines.map((line) => new URL(line, playlistUrl).href)
  }

  it('leads a player from playlist to segment without leaving the origin', async () => {
    const urls = await segmentUrls()
    assert.equal(urls.length, 5)
    assert.ok(urls.every((url) => url.startsWith(`${origin.url}/source/`)))
    assert.deepEqual(Buffer.from(await (await fetch(urls[0] ?? '')).arrayBuffer()), segment)
  })

  it('counts segments by the number their playlist gives them', async () => {
    const [whole = '', shared = '', chunked = ''] = await segmentUrls()
    await (await fetch(whole)).arrayBuffer()
    await (await fetch(whole, { headers: { Range: 'bytes=0-24999' } })).arrayBuffer()
    await (await fetch(shared, { headers: { Range: 'bytes=2000-2999' } })).arrayBuffer()
    await (await fetch(chunked)).arrayBuffer()
    assert.deepEqual(
      origin.stats().segments.map((entry) => [entry.sequence, entry.sizeBytes, entry.copies]),
      [
        [5, 50_000, 1.5],
        [6, 1000, 1],
        [7, 50_000, 1],
      ],
    )
    assert.equal(origin.stats().segments[0]?.rendition, '/video/index.m3u8')
  })

  it('passes a range through', async () => {
    const [whole = ''] = await segmentUrls()
    const answer = await fetch(whole, { headers: { Range: 'bytes=10-19' } })
    assert.equal(answer.status, 206)
    assert.equal(answer.headers.get('content-range'), 'bytes 10-19/50000')
    assert.equal((await answer.arrayBuffer()).byteLength, 10)
  })

  it('passes a refusal on', async () => {
    const gone = (await segmentUrls())[3] ?? ''
    assert.equal((await fetch(gone)).status, 404)
  })

  it('does not make a short body look whole', async () => {
    const short = (await segmentUrls())[4] ?? ''
    await assert.rejects((await fetch(short)).arrayBuffer())
  })

  it('applies faults to it', async () => {
    const [whole = ''] = await segmentUrls()
    origin.setFaults({ truncateShare: 1 })
    await assert.rejects((await fetch(whole)).arrayBuffer())
    assert.equal(origin.stats().totals.segmentBytes, 25_000)
    origin.setFaults({ truncateShare: 0, ignoreRange: true })
    assert.equal((await fetch(whole, { headers: { Range: 'bytes=0-9' } })).status, 200)
  })

  it('talks to no host that the source has not named', async () => {
    const port = new URL(sourceUrl).port
    assert.equal((await fetch(`${origin.url}/source/http/localhost:${port}/master.m3u8`)).status, 404)
    assert.equal((await fetch(`${origin.url}/source/file//etc/passwd`)).status, 404)
  })

  it('says so when the source has gone', async () => {
    server.closeAllConnections()
    server.close()
    const answer = await fetch(origin.streamUrl)
    assert.equal(answer.status, 502)
    assert.match(await answer.text(), /^the source 127\.0\.0\.1:\d+ does not answer: .*ECONNREFUSED/)
  })

  it('is checked before anything starts', async () => {
    const at = (path: string) => checkSource(new URL(path, sourceUrl).href, 200)
    assert.deepEqual(await at('/master.m3u8'), { ok: true, openToPages: false })
    assert.deepEqual(await at('/open.m3u8'), { ok: true, openToPages: true })
    assert.deepEqual(await at('/page.html'), { ok: false, reason: 'it is not an HLS playlist' })
    assert.deepEqual(await at('/missing'), { ok: false, reason: 'it answered 404' })
    assert.deepEqual(await at('/endless'), { ok: false, reason: 'it is not an HLS playlist' })
    assert.deepEqual(await checkSource('ftp://x/y'), { ok: false, reason: 'it is not an http or https URL' })
    assert.deepEqual(await checkSource('nonsense'), { ok: false, reason: 'it is not an http or https URL' })
  })

  it('is not waited for without end', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`
    const check = await checkSource(url, 100)
    silent.closeAllConnections()
    silent.close()
    assert.deepEqual(check, { ok: false, reason: 'it did not answer within 0.1 s' })
  })
})
