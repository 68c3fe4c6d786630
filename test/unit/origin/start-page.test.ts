import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configFor } from '../../../demo/start/page-config.js'
import { findStaticFile, type StaticFolder } from '../../../demo/start/static-files.js'

describe('the configuration of the page', () => {
  const config = {
    stream: 'http://127.0.0.1:8081/live/master.m3u8',
    streamId: 'demo',
    tracker: 'ws://127.0.0.1:8433',
    trackerStats: 'http://127.0.0.1:8433/stats',
    originStats: 'http://127.0.0.1:8081/origin/stats',
    faults: 'http://127.0.0.1:8081/origin/faults',
  }

  it('takes the name the page was opened under', () => {
    assert.deepEqual(configFor(config, '192.168.1.7:8080', '0.0.0.0'), {
      stream: 'http://192.168.1.7:8081/live/master.m3u8',
      streamId: 'demo',
      tracker: 'ws://192.168.1.7:8433/',
      trackerStats: 'http://192.168.1.7:8433/stats',
      originStats: 'http://192.168.1.7:8081/origin/stats',
      faults: 'http://192.168.1.7:8081/origin/faults',
    })
    assert.equal(configFor(config, 'localhost:8080', '127.0.0.1').tracker, 'ws://localhost:8433/')
  })

  it('leaves foreign streams alone, and names no counts of theirs', () => {
    const { streamId, tracker, trackerStats } = config
    const foreign = { stream: 'https://cdn.example/x.m3u8', streamId, tracker, trackerStats }
    const told = configFor(foreign, '192.168.1.7:8080', '0.0.0.0')
    assert.equal(told.stream, foreign.stream)
    assert.deepEqual(Object.keys(told), ['stream', 'streamId', 'tracker', 'trackerStats'])
  })

  it('ignores a host it cannot read', () => {
    for (const host of [undefined, '', 'a b', '['])
      assert.deepEqual(configFor(config, host, '0.0.0.0'), config)
  })
})

describe('the files of the page', () => {
  let home: string
  let folders: StaticFolder[]
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'prismesh-page-'))
    await mkdir(join(home, 'page', 'sub'), { recursive: true })
    await mkdir(join(home, 'sdk'))
    await writeFile(join(home, 'secret.js'), 'secret')
    await writeFile(join(home, 'page', 'index.html'), 'page')
    await writeFile(join(home, 'page', 'notes.txt'), 'notes')
    await writeFile(join(home, 'page', '.hidden.js'), 'hidden')
    await writeFile(join(home, 'page', 'sub', 'a.min.js'), 'script')
    await writeFile(join(home, 'sdk', 'sdk.js'), 'sdk')
    folders = [
      { prefix: '/sdk/', folder: join(home, 'sdk') },
      { prefix: '/', folder: join(home, 'page') },
    ]
  })
  after(() => rm(home, { recursive: true }))

  const textOf = async (path: string) => (await findStaticFile(folders, path))?.bytes.toString()

  it('are found by path and by folder', async () => {
    assert.equal(await textOf('/'), 'page')
    assert.equal(await textOf('/index.html'), 'page')
    assert.equal(await textOf('/sub/a.min.js'), 'script')
    assert.equal(await textOf('/sdk/sdk.js'), 'sdk')
    assert.equal((await findStaticFile(folders, '/'))?.contentType, 'text/html; charset=utf-8')
  })

  const refused = [
    '/../secret.js',
    '/sdk/../../secret.js',
    '/..%2fsecret.js',
    '/%2e%2e/secret.js',
    '/sub//a.min.js',
    '/..\\secret.js',
    '/.hidden.js',
    '/notes.txt',
    '/sub',
    '/sub/',
    '/missing.js',
    '/a.js\0.html',
  ]
  for (const path of refused) {
    it(`are not reached by ${JSON.stringify(path)}`, async () => {
      assert.equal(await textOf(path), undefined)
    })
  }
})
