import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPageServer, type PageServer } from '../../demo/start/page-server.js'

describe('the server of the demo page', () => {
  let folder: string
  let server: PageServer
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'prismesh-page-'))
    await writeFile(join(folder, 'index.html'), '<!doctype html>')
    const own = 'http://127.0.0.1:1/'
    server = await startPageServer({
      host: '127.0.0.1',
      port: 0,
      config: {
        stream: own,
        streamId: 'demo',
        tracker: 'ws://127.0.0.1:2',
        trackerStats: own,
        originStats: own,
        faults: own,
      },
      folders: [{ prefix: '/', folder }],
    })
  })
  after(async () => {
    await server.close()
    await rm(folder, { recursive: true })
  })

  it('serves the page so that a rebuilt one shows at once', async () => {
    const answer = await fetch(`${server.url}?viewer=bot-1`)
    assert.equal(await answer.text(), '<!doctype html>')
    assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.equal(answer.headers.get('cache-control'), 'no-cache')
  })

  it('answers the configuration under the name it was asked by', async () => {
    const asked = server.url.replace('127.0.0.1', 'localhost')
    const config = (await (await fetch(`${asked}config.json`)).json()) as { stream: string }
    assert.equal(config.stream, 'http://localhost:1/')
  })

  it('answers HEAD without a body, and nothing that writes', async () => {
    const head = await fetch(server.url, { method: 'HEAD' })
    assert.deepEqual([head.status, head.headers.get('content-length'), await head.text()], [200, '15', ''])
    assert.equal((await fetch(server.url, { method: 'POST' })).status, 405)
    assert.equal((await fetch(`${server.url}missing.js`)).status, 404)
  })
})
