import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { createOrigin, type Origin } from '../../demo/origin/create-origin.js'
import { noFaults } from '../../demo/origin/faults/fault-settings.js'

const nowMs = 1_800_000_006_500
const segmentPath = '/live/low/900000002.ts'

describe('the faults of the origin', () => {
  let origin: Origin
  beforeEach(async () => {
    origin = await createOrigin({ now: () => nowMs })
  })
  afterEach(() => origin.close())

  const setOverHttp = (body: string) => fetch(`${origin.url}/origin/faults`, { method: 'POST', body })
  const sizeOf = async () => {
    const answer = await fetch(origin.url + segmentPath, { method: 'HEAD' })
    return Number(answer.headers.get('content-length'))
  }

  it('are read and changed over HTTP', async () => {
    assert.deepEqual(await (await fetch(`${origin.url}/origin/faults`)).json(), noFaults)
    const answer = await setOverHttp('{"latencyMs": 5, "scope": "all"}')
    assert.deepEqual([answer.status, await answer.json()], [200, { ...noFaults, latencyMs: 5, scope: 'all' }])
    assert.equal(origin.faults().latencyMs, 5)
  })

  it('are refused by name, and then stay as they were', async () => {
    const bad = await setOverHttp('{"latencyMs": 5, "failShare": 2}')
    assert.equal(bad.status, 400)
    assert.match(((await bad.json()) as { error: string }).error, /^failShare: /)
    const garbled = await setOverHttp('{"latencyMs": ')
    assert.deepEqual([garbled.status, await garbled.json()], [400, { error: 'the body is not JSON' }])
    const long = await setOverHttp(`"${'x'.repeat(20_000)}"`)
    assert.equal(long.status, 413)
    await long.body?.cancel()
    assert.deepEqual(origin.faults(), noFaults)
    assert.throws(() => origin.setFaults({ failShare: -1 }), /fault failShare/)
  })

  it('answer with the status asked for, and count the request but no bytes', async () => {
    origin.setFaults({ failShare: 1, failStatus: 429 })
    const answer = await fetch(origin.url + segmentPath)
    assert.equal(answer.status, 429)
    await answer.body?.cancel()
    assert.deepEqual(
      origin.stats().segments.map(({ requests, bytesSent }) => [requests, bytesSent]),
      [[1, 0]],
    )
  })

  it('spare playlists unless told otherwise', async () => {
    const statusOf = async () => (await fetch(`${origin.url}/live/low.m3u8`, { method: 'HEAD' })).status
    origin.setFaults({ failShare: 1 })
    assert.equal(await statusOf(), 200)
    origin.setFaults({ scope: 'playlists' })
    assert.equal(await statusOf(), 503)
  })

  it('cut a body halfway after announcing the whole', async () => {
    origin.setFaults({ truncateShare: 1 })
    const size = await sizeOf()
    const { answer, received } = await receive(origin.url + segmentPath)
    assert.equal(answer.headers['content-length'], String(size))
    assert.equal(answer.complete, false)
    assert.equal(received, Math.floor(size / 2))
    assert.equal(origin.stats().totals.segmentBytes, received)
  })

  it('cut a range halfway, too', async () => {
    origin.setFaults({ truncateShare: 1 })
    const { answer, received } = await receive(origin.url + segmentPath, { Range: 'bytes=1000-1999' })
    assert.deepEqual([answer.statusCode, answer.complete, received], [206, false, 500])
  })

  it('hang before the header until the client gives up', async () => {
    origin.setFaults({ hangShare: 1 })
    const giveUp = new AbortController()
    const asked = fetch(origin.url + segmentPath, { signal: giveUp.signal })
    // Another request answered meanwhile shows that the first one was held, not slow.
    assert.equal((await fetch(`${origin.url}/live/low.m3u8`)).status, 200)
    assert.equal((await fetch(`${origin.url}/origin/stats`)).status, 200)
    giveUp.abort()
    await assert.rejects(asked, { name: 'AbortError' })
    assert.equal(origin.stats().totals.segmentBytes, 0)
  })

  it('hang inside a body, having sent half of it', async () => {
    origin.setFaults({ hangShare: 1, hangPlace: 'inside' })
    const half = Math.floor((await sizeOf()) / 2)
    const client = get(origin.url + segmentPath)
    const [answer] = (await once(client, 'response')) as [IncomingMessage]
    let received = 0
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      received += chunk.length
      if (received >= half) break
    }
    assert.equal(received, half)
    assert.equal(answer.complete, false)
    client.destroy()
  })

  it('do not keep the origin from closing', async () => {
    origin.setFaults({ hangShare: 1 })
    const asked = fetch(origin.url + segmentPath)
    // Requests on other connections pass the time until the origin has taken up the first.
    for (let tries = 0; tries < 100 && origin.stats().totals.segmentRequests === 0; tries += 1) {
      await fetch(`${origin.url}/live/low.m3u8`)
    }
    assert.equal(origin.stats().totals.segmentRequests, 1)
    await Promise.all([origin.close(), assert.rejects(asked)])
  })

  it('delay the first byte', async () => {
    origin.setFaults({ latencyMs: 150 })
    const startedMs = performance.now()
    const answer = await fetch(origin.url + segmentPath)
    const waitedMs = performance.now() - startedMs
    await answer.body?.cancel()
    // A timer may fire up to a millisecond early by this clock.
    assert.ok(waitedMs >= 149, `${waitedMs} ms`)
  })

  it('cap the rate of a body', async () => {
    origin.setFaults({ bytesPerSecond: 400_000 })
    const startedMs = performance.now()
    const { received } = await receive(origin.url + segmentPath, { Range: 'bytes=0-79999' })
    const tookMs = performance.now() - startedMs
    assert.equal(received, 80_000)
    assert.ok(tookMs >= 195 && tookMs < 1000, `${tookMs} ms`)
  })

  it('ignore Range when told to', async () => {
    const size = await sizeOf()
    origin.setFaults({ ignoreRange: true })
    const { answer, received } = await receive(origin.url + segmentPath, { Range: 'bytes=0-9' })
    assert.deepEqual([answer.statusCode, received], [200, size])
    assert.equal(answer.headers['accept-ranges'], undefined)
    assert.equal(answer.headers['content-range'], undefined)
  })
})

/** Reads an answer to its end, however it ends. */
async function receive(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ answer: IncomingMessage; received: number }> {
  const [answer] = (await once(get(url, { headers }), 'response')) as [IncomingMessage]
  let received = 0
  answer.on('data', (chunk: Buffer) => (received += chunk.length))
  answer.on('error', () => undefined)
  await new Promise((resolve) => answer.once('close', resolve))
  return { answer, received }
}
