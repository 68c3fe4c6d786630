import assert from 'node:assert/strict'
import { createDecipheriv } from 'node:crypto'
import { get, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { createOrigin, type Origin } from '../../demo/origin/create-origin.js'
import type { OriginOptions } from '../../demo/origin/origin-options.js'
import { loadMediaLoop, type MediaLoop } from '../../demo/origin/media/media-loop.js'

/** Half a second after a segment appeared, three segments into the loop. */
const nowMs = 1_800_000_006_500
const newest = 900_000_002

describe('the origin', () => {
  let origin: Origin
  let loop: MediaLoop
  before(async () => {
    loop = await loadMediaLoop(2)
  })
  beforeEach(async () => {
    origin = await createOrigin({ now: () => nowMs })
  })
  afterEach(async () => {
    await Promise.all([origin, ...others.splice(0)].map((one) => one.close()))
  })

  /** Origins of a single test, closed even where it fails. */
  const others: Origin[] = []
  async function startAnother(options: OriginOptions): Promise<Origin> {
    const other = await createOrigin({ now: () => nowMs, ...options })
    others.push(other)
    return other
  }

  const segmentPath = `/live/high/${newest}.ts`
  const segmentBytes = () => loop.renditions[0]?.segments[newest % 10] ?? Buffer.alloc(0)
  const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer())
  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(origin.url + path, { method, headers })

  it('pads the smallest picture to a ladder of rates', async () => {
    const { url } = await startAnother({ paddedLadder: [600_000, 1_800_000] })
    const master = await (await fetch(`${url}/live/master.m3u8`)).text()
    const rates = [...master.matchAll(/[:,]BANDWIDTH=(\d+)/g)].map(([, rate]) => Number(rate))
    const uris = master.split('\n').filter((line) => line && !line.startsWith('#'))
    assert.deepEqual(uris, ['rungb.m3u8', 'runga.m3u8'])
    // Whole packets of 188 bytes: up to 752 bit/s short of the rate at 2 s a segment.
    for (const [index, rate] of [1_800_000, 600_000].entries()) {
      const listed = rates[index] ?? 0
      assert.ok(listed <= rate && listed > rate - 752, `${listed} of ${rate}`)
    }
    const segment = await bytesOf(await fetch(`${url}/live/rungb/${newest}.ts`))
    assert.equal(segment.length * 4, rates[0])
  })

  it('serves a live stream whose playlists lead to its segments', async () => {
    const master = await (await ask('/live/master.m3u8')).text()
    const media = master.split('\n').filter((line) => line && !line.startsWith('#'))
    assert.deepEqual(media, ['high.m3u8', 'low.m3u8'])
    const playlist = await (await ask('/live/high.m3u8')).text()
    const uris = playlist.split('\n').filter((line) => line && !line.startsWith('#'))
    assert.equal(uris.length, 6)
    assert.equal(uris.at(-1), `high/${newest}.ts`)
    for (const uri of uris) {
      const sequence = Number(/\d+/.exec(uri)?.[0])
      assert.deepEqual(await bytesOf(await ask(`/live/${uri}`)), loop.renditions[0]?.segments[sequence % 10])
    }
  })

  it('names types, lengths and caching', async () => {
    const playlist = await ask('/live/high.m3u8')
    assert.equal(playlist.headers.get('content-type'), 'application/vnd.apple.mpegurl')
    assert.equal(playlist.headers.get('cache-control'), 'no-cache')
    await playlist.body?.cancel()
    const segment = await ask(segmentPath, {}, 'HEAD')
    assert.equal(segment.headers.get('content-type'), 'video/mp2t')
    assert.equal(segment.headers.get('cache-control'), 'no-store')
    assert.equal(segment.headers.get('accept-ranges'), 'bytes')
    assert.equal(segment.headers.get('content-length'), String(segmentBytes().length))
    assert.equal((await bytesOf(segment)).length, 0)
    assert.equal(origin.stats().totals.segmentRequests, 0)
  })

  it('lets every page read it, but not see Content-Range', async () => {
    const answer = await ask(segmentPath, { Range: 'bytes=0-9' })
    assert.equal(answer.headers.get('access-control-allow-origin'), '*')
    assert.equal(answer.headers.get('access-control-expose-headers'), null)
    await answer.body?.cancel()
    const preflight = await ask('/origin/faults', {}, 'OPTIONS')
    assert.equal(preflight.status, 204)
    assert.match(preflight.headers.get('access-control-allow-methods') ?? '', /POST/)
    assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /Range, Content-Type/)
  })

  it('exposes Content-Range where that is asked for', async () => {
    const exposing = await startAnother({ exposeContentRange: true })
    const answer = await fetch(exposing.url + segmentPath, { method: 'HEAD' })
    assert.match(answer.headers.get('access-control-expose-headers') ?? '', /Content-Range/)
  })

  it('serves a byte range, and refuses one beyond the end', async () => {
    const part = await ask(segmentPath, { Range: 'bytes=100-299' })
    assert.equal(part.status, 206)
    assert.equal(part.headers.get('content-range'), `bytes 100-299/${segmentBytes().length}`)
    assert.deepEqual(await bytesOf(part), segmentBytes().subarray(100, 300))
    const beyond = await ask(segmentPath, { Range: 'bytes=9999999-' })
    assert.equal(beyond.status, 416)
    assert.equal(beyond.headers.get('content-range'), `bytes */${segmentBytes().length}`)
    await beyond.body?.cancel()
    assert.equal(origin.stats().totals.segmentBytes, 200)
  })

  it('keeps segments a little longer than it lists them', async () => {
    const statusOf = async (sequence: number) => (await ask(`/live/high/${sequence}.ts`, {}, 'HEAD')).status
    assert.equal(await statusOf(newest + 1), 404)
    assert.equal(await statusOf(newest - 5), 200)
    assert.equal(await statusOf(newest - 8), 200)
    assert.equal(await statusOf(newest - 9), 404)
  })

  it('offers one rendition, or longer segments, when told to', async () => {
    const other = await startAnother({ oneRendition: true, segmentSeconds: 4, windowSegments: 3 })
    const master = await (await fetch(`${other.url}/live/master.m3u8`)).text()
    assert.equal(master.match(/STREAM-INF/g)?.length, 1)
    assert.equal((await fetch(`${other.url}/live/low.m3u8`)).status, 404)
    const playlist = await (await fetch(`${other.url}/live/high.m3u8`)).text()
    assert.equal(playlist.match(/#EXTINF:4.000,/g)?.length, 3)
    const segment = await bytesOf(await fetch(`${other.url}/live/${playlist.trim().split('\n').at(-1)}`))
    // At that moment the newest 4 s segment is number 450,000,000: the first two files of the loop.
    assert.match(playlist, /high\/450000000\.ts\n$/)
    assert.deepEqual(segment, Buffer.concat([...(loop.renditions[0]?.segments.slice(0, 2) ?? [])]))
  })

  it('counts what a client received, whole and in parts', async () => {
    const whole = await bytesOf(await ask(segmentPath))
    const part = await bytesOf(await ask(segmentPath, { Range: 'bytes=-1000' }))
    const playlist = await (await ask('/live/high.m3u8')).text()
    const { totals, segments } = origin.stats()
    assert.equal(totals.segmentBytes, whole.length + part.length)
    assert.equal(totals.playlistBytes, playlist.length)
    assert.equal(segments.length, 1)
    const size = segmentBytes().length
    assert.deepEqual(segments[0], {
      stream: 'live',
      rendition: 'high',
      sequence: newest,
      sizeBytes: size,
      bytesSent: size + 1000,
      requests: 2,
      copies: (size + 1000) / size,
      witnessBytes: 0,
      witnessRequests: 0,
    })
  })

  it('counts a transfer that the client broke off for what went out, not for its size', async () => {
    origin.setFaults({ bytesPerSecond: 500_000 })
    await new Promise<void>((resolve) => {
      const client = get(origin.url + segmentPath, (answer) => {
        answer.once('data', () => client.destroy())
        answer.on('error', () => undefined)
        answer.once('close', resolve)
      })
      client.on('error', () => undefined)
    })
    const sent = origin.stats().totals.segmentBytes
    assert.ok(sent > 0 && sent < segmentBytes().length / 2, `${sent} bytes`)
  })

  it('answers statistics over HTTP, and starts counting over', async () => {
    await bytesOf(await ask(segmentPath))
    assert.deepEqual(await (await ask('/origin/stats')).json(), origin.stats())
    assert.equal(origin.stats().totals.segmentRequests, 1)
    await (await ask('/origin/stats', {}, 'POST')).body?.cancel()
    assert.equal(origin.stats().totals.segmentRequests, 0)
  })

  const refusedPaths = [
    '/',
    '/live',
    '/live/',
    '/live/../package.json',
    '/live/..%2f..%2fpackage.json',
    `/live/high/0${newest}.ts`,
    `/live/mid/${newest}.ts`,
    `/live/high/${'9'.repeat(40)}.ts`,
    '/vod/high/10.ts',
    '/source/http/127.0.0.1/',
    '/origin/other',
    '//live/master.m3u8',
    'http://elsewhere/live/master.m3u8',
  ]
  for (const path of refusedPaths) {
    it(`has nothing at ${path}`, async () => {
      // Not by fetch, which would tidy the path first.
      const status = await new Promise<number | undefined>((resolve, reject) => {
        const { hostname, port } = new URL(origin.url)
        const client = request({ hostname, port, path }, (answer) => {
          answer.resume().once('end', () => resolve(answer.statusCode))
        })
        client.once('error', reject).end()
      })
      assert.equal(status, 404)
    })
  }

  it('refuses to be written to', async () => {
    const answer = await ask(segmentPath, {}, 'PUT')
    assert.equal(answer.status, 405)
    assert.match(await answer.text(), /GET and HEAD/)
  })

  it('says which option it cannot use, and that a port is taken', async () => {
    await assert.rejects(createOrigin({ windowSegments: 2 }), /origin option windowSegments/)
    await assert.rejects(createOrigin({ port: origin.port }), { code: 'EADDRINUSE' })
  })

  it('cuts every connection when it closes', async () => {
    const socket = connect(origin.port, '127.0.0.1')
    const ended = text(socket)
    await new Promise((resolve) => socket.once('connect', resolve))
    await origin.close()
    await origin.close()
    assert.equal(await ended, '')
  })

  describe('recordings', () => {
    it('list the loop once', async () => {
      const playlist = await (await ask('/vod/low.m3u8')).text()
      assert.match(playlist, /#EXT-X-ENDLIST\n$/)
      assert.equal(playlist.match(/#EXTINF:2.000,/g)?.length, 10)
      assert.deepEqual(await bytesOf(await ask('/vod/low/9.ts')), loop.renditions[1]?.segments[9])
    })

    it('address one fragmented MP4 by byte ranges, each counted as its segment', async () => {
      const playlist = await (await ask('/vod-fmp4/low.m3u8')).text()
      const [, length, offset] = /BYTERANGE:(\d+)@(\d+)/.exec(playlist) ?? []
      const range = `bytes=${offset}-${Number(offset) + Number(length) - 1}`
      const segment = await bytesOf(await ask('/vod-fmp4/low.mp4', { Range: range }))
      assert.equal(segment.length, Number(length))
      const [counted] = origin.stats().segments
      assert.deepEqual([counted?.stream, counted?.sequence, counted?.copies], ['vod-fmp4', 0, 1])
    })

    it('are decrypted by their key and number', async () => {
      const playlist = await (await ask('/vod-aes/low.m3u8')).text()
      assert.match(playlist, /#EXT-X-KEY:METHOD=AES-128,URI="key"/)
      const key = await bytesOf(await ask('/vod-aes/key'))
      const vector = Buffer.alloc(16)
      vector[15] = 7
      const decipher = createDecipheriv('aes-128-cbc', key, vector)
      const encrypted = await bytesOf(await ask('/vod-aes/low/7.ts'))
      assert.deepEqual(
        Buffer.concat([decipher.update(encrypted), decipher.final()]),
        loop.renditions[1]?.segments[7],
      )
    })
  })

  it('offers a live stream with its sound apart', async () => {
    assert.match(await (await ask('/live-demuxed/master.m3u8')).text(), /TYPE=AUDIO.*URI="audio.m3u8"/)
    const sizes = await Promise.all(
      ['video', 'audio'].map(async (track) => {
        return (await bytesOf(await ask(`/live-demuxed/${track}/${newest}.ts`))).length
      }),
    )
    const muxed = loop.renditions[1]?.segments[newest % 10]?.length ?? 0
    assert.ok((sizes[1] ?? 0) > 5000 && (sizes[0] ?? 0) > (sizes[1] ?? 0) && (sizes[0] ?? 0) < muxed)
  })
})
