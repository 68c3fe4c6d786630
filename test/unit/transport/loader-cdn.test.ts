import assert from 'node:assert/strict'
import type { HlsConfig } from 'hls.js'
import type { CdnRequest } from '../../../client-sdk/src/ports/cdn.js'
import {
  loaderCdn,
  type LoaderCdnOptions,
  type LoaderClass,
} from '../../../client-sdk/src/transport/loader-cdn.js'
import { startCdnServer, type CdnServer } from '../../support/transport/cdn-server.js'
import { loadedContexts, plainLoader } from '../../support/transport/plain-loader.js'

const bytes = Uint8Array.from({ length: 5_000 }, (_, index) => index & 0xff)
const config = {} as HlsConfig

describe('loaderCdn', () => {
  let server: CdnServer
  beforeEach(async () => {
    server = await startCdnServer(bytes, 2_000)
    loadedContexts.length = 0
  })
  afterEach(() => server.close())

  function outcome(
    request: Omit<CdnRequest, 'source'>,
    options: LoaderCdnOptions,
    path = '/whole',
  ): Promise<unknown[]> {
    return new Promise((resolve) => {
      const heard: unknown[] = []
      const source = { url: server.url(path), headers: { 'x-key': 'v' } }
      loaderCdn(options).fetch(
        { source, ...request },
        {
          started: (offset, expected) => heard.push([offset, expected]),
          progressed: (part) => heard.push(part.length),
          ended: () => resolve([...heard, 'ended']),
          failed: (failure) => resolve([...heard, failure.kind]),
        },
      )
    })
  }

  it('asks for parts in the way that hls.js’s own loaders understand', async () => {
    const options = { loader: plainLoader, config, tellsStatus: true, describe: () => ({ frag: 'f' }) }
    assert.deepEqual(await outcome({ from: 10, to: 30 }, options), [[10, 20], 20, 'ended'])
    assert.deepEqual(await outcome({ from: 4990 }, options), [[4990, 10], 10, 'ended'])
    const url = server.url('/whole')
    assert.deepEqual(loadedContexts, [
      {
        frag: 'f',
        url,
        responseType: 'arraybuffer',
        headers: { 'x-key': 'v' },
        rangeStart: 10,
        rangeEnd: 30,
      },
      { frag: 'f', url, responseType: 'arraybuffer', headers: { 'x-key': 'v', Range: 'bytes=4990-' } },
    ])
  })

  it('asks loaders that may not tell the status for whole segments only', async () => {
    const options = { loader: plainLoader, config, tellsStatus: false }
    assert.deepEqual(await outcome({ from: 10, to: 30 }, options), [[0, 5000], 5000, 'ended'])
    const resourceRange = { start: 100, end: 200 }
    assert.deepEqual(await outcome({ from: 10, to: 30, resourceRange }, options), [[0, 100], 100, 'ended'])
    assert.deepEqual(await outcome({ from: 10, resourceRange }, options, '/ignores-range'), [
      [0, 100],
      100,
      'ended',
    ])
  })

  it('tells of a network failure when the loader throws or gives no bytes', async () => {
    function Throwing(): never {
      throw new Error('no')
    }
    const throws = Throwing as unknown as LoaderClass
    assert.deepEqual(await outcome({ from: 0 }, { loader: throws, config, tellsStatus: true }), ['network'])
    const text = class {
      load(_context: object, _configuration: object, callbacks: { onSuccess(response: object): void }): void {
        callbacks.onSuccess({ data: 'text' })
      }
      abort(): void {
        throw new Error('no')
      }
    } as unknown as LoaderClass
    assert.deepEqual(await outcome({ from: 0 }, { loader: text, config, tellsStatus: true }), ['network'])
  })
})
