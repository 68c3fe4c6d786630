import assert from 'node:assert/strict'
import type { CdnRequest } from '../../../client-sdk/src/ports/cdn.js'
import { httpCdn, type HttpCdnOptions } from '../../../client-sdk/src/transport/http-cdn.js'
import { startCdnServer, type CdnServer } from '../../support/transport/cdn-server.js'

const bytes = Uint8Array.from({ length: 5_000 }, (_, index) => index & 0xff)

describe('httpCdn', () => {
  let server: CdnServer
  beforeEach(async () => {
    server = await startCdnServer(bytes, 2_000)
  })
  afterEach(() => server.close())

  function outcome(request: CdnRequest, options: HttpCdnOptions = {}): Promise<unknown[]> {
    return new Promise((resolve) => {
      const heard: unknown[] = []
      let count = 0
      httpCdn(options).fetch(request, {
        started: (offset, expected) => heard.push([offset, expected]),
        progressed: (part) => (count += part.length),
        ended: () => resolve([...heard, count, 'ended']),
        failed: (failure) => resolve([...heard, count, failure.kind]),
      })
    })
  }

  const source = (path: string): CdnRequest['source'] => ({ url: server.url(path) })

  it('sends the headers asked for, one range, and none for a whole resource', async () => {
    await outcome({ source: { ...source('/whole'), headers: { 'X-Key': 'v', Range: 'bytes=1-2' } }, from: 0 })
    await outcome({ source: source('/whole'), from: 10, to: 20 })
    await outcome({ source: source('/whole'), from: 10 })
    await outcome({ source: source('/whole'), from: 0, to: 16384 })
    assert.deepEqual(
      server.requests.map(({ headers }) => headers.range),
      [undefined, 'bytes=10-19', 'bytes=10-', 'bytes=0-16383'],
    )
    assert.equal(server.requests[0]?.headers['x-key'], 'v')
  })

  it('lets parts go past the browser’s cache, which would queue them, and nothing else', async () => {
    const modes: unknown[] = []
    const fetchSetup = (url: string, init: RequestInit): Request => {
      modes.push(init.cache)
      return new Request(url, init)
    }
    await outcome({ source: source('/whole'), from: 10 }, { fetchSetup })
    await outcome({ source: source('/whole'), from: 0 }, { fetchSetup })
    assert.deepEqual(modes, ['no-store', 'default'])
  })

  it('knows no length where none is announced, and does not miss it', async () => {
    assert.deepEqual(await outcome({ source: source('/chunked'), from: 0 }), [[0, undefined], 5000, 'ended'])
  })

  it('takes no more of a part than it asked for', async () => {
    assert.deepEqual(await outcome({ source: source('/sends-more'), from: 100, to: 200 }), [
      [100, 100],
      100,
      'ended',
    ])
  })

  it('does not believe a part that says it begins elsewhere', async () => {
    assert.deepEqual(await outcome({ source: source('/other-range'), from: 100, to: 110 }), [0, 'network'])
  })

  it('takes a success without content for none', async () => {
    assert.deepEqual(await outcome({ source: source('/empty'), from: 0 }), [0, 'status'])
  })

  it('tells a segment that its resource is too short for', async () => {
    const request = { source: source('/ignores-range'), from: 0, resourceRange: { start: 4_000, end: 6_000 } }
    assert.deepEqual(await outcome(request), [[0, 2000], 1000, 'truncated'])
  })

  it('asks for nothing when nothing is wanted', async () => {
    assert.deepEqual(await outcome({ source: source('/whole'), from: 5, to: 5 }), [0, 'beyond-end'])
    assert.equal(server.requests.length, 0)
  })

  for (const url of ['', 'http://', 'ftp://x/', 'not a url', 'http://127.0.0.1:99999/']) {
    it(`tells of a network failure for the address "${url}"`, async () => {
      assert.deepEqual(await outcome({ source: { url }, from: 0 }), [0, 'network'])
    })
  }

  it('asks as the site sets requests up, and survives a hook that throws', async () => {
    const fetchSetup = (url: string, init: RequestInit): Promise<Request> => {
      const headers = new Headers(init.headers)
      headers.set('authorization', 'signed')
      return Promise.resolve(new Request(url, { ...init, headers }))
    }
    assert.equal((await outcome({ source: source('/whole'), from: 10 }, { fetchSetup })).at(-1), 'ended')
    assert.equal(server.requests[0]?.headers.authorization, 'signed')
    assert.equal(server.requests[0].headers.range, 'bytes=10-')
    const broken = (): Request => {
      throw new Error('no')
    }
    assert.deepEqual(await outcome({ source: source('/whole'), from: 0 }, { fetchSetup: broken }), [
      0,
      'network',
    ])
  })

  it('believes the body rather than a length that counts compressed bytes', async () => {
    const reply = (headers: Record<string, string>) => () => Promise.resolve(new Response(bytes, { headers }))
    const encoded = { fetch: reply({ 'content-length': '9000', 'content-encoding': 'gzip' }) }
    assert.deepEqual(await outcome({ source: source('/x'), from: 0 }, encoded), [
      [0, undefined],
      5000,
      'ended',
    ])
    const longer = { fetch: reply({ 'content-length': '100' }) }
    assert.deepEqual(await outcome({ source: source('/x'), from: 0 }, longer), [[0, 100], 5000, 'ended'])
    const shorter = { fetch: reply({ 'content-length': '6000' }) }
    assert.deepEqual(await outcome({ source: source('/x'), from: 0 }, shorter), [
      [0, 6000],
      5000,
      'truncated',
    ])
  })

  it('stops a body that is longer than any segment', async () => {
    const chunk = new Uint8Array(1024 * 1024)
    const endless = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(chunk) })
    const result = await outcome(
      { source: source('/x'), from: 0 },
      { fetch: () => Promise.resolve(new Response(endless)) },
    )
    assert.equal(result.at(-1), 'network')
  })
})
