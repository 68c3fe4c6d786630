import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fromBase64Url } from '../../protocol/base64url.js'
import type { StreamId } from '../../protocol/ids.js'
import { digestOf, digestStatement } from '../../protocol/segment-digest.js'
import { readHlsPlaylist } from '../../tracker/src/core/hls-playlist.js'
import { runDigestCommand } from '../../tracker/src/publisher/digest-command.js'
import { startTracker, type RunningTracker } from '../../tracker/src/server/start-tracker.js'
import { PackagerFolder, segmentBody } from '../support/tracker/packager-folder.js'
import { untilReal } from '../support/transport/until.js'
import { TrackerClient } from './tracker-client.js'
import { sha256 } from '../support/sha256.js'

describe('the witness of a stream whose publisher signs', function () {
  this.timeout(30_000)
  let folder: PackagerFolder
  let origin: Server
  let asked: string[]
  let stream: StreamId
  let tracker: RunningTracker | undefined
  let client: TrackerClient | undefined

  beforeEach(async () => {
    folder = await PackagerFolder.open()
    for (let count = 0; count < 3; count += 1) await folder.publish()
    for (const name of ['mine', 'other']) {
      const { privateKey } = generateKeyPairSync('ed25519')
      await writeFile(join(folder.root, name), JSON.stringify(privateKey.export({ format: 'jwk' })))
    }
    asked = []
    origin = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://origin')
      asked.push(pathname)
      readFile(join(folder.root, pathname)).then(
        (body) => response.end(body),
        () => response.writeHead(404).end(),
      )
    })
    origin.listen(0, '127.0.0.1')
    await once(origin, 'listening')
    stream = `127.0.0.1:${(origin.address() as AddressInfo).port}/master.m3u8` as StreamId
  })

  afterEach(async () => {
    client?.socket.terminate()
    await tracker?.close()
    origin.close()
    await folder.remove()
  })

  /** Signs with one key while the body runs, with a tracker that believes the key `mine`. */
  async function whilePublished(signedBy: 'mine' | 'other', body: () => Promise<void>): Promise<void> {
    const stopping = new AbortController()
    const watching = runDigestCommand(
      ['watch', folder.playlist, '--stream', stream, '--key', join(folder.root, signedBy)],
      { print: () => undefined, warn: () => undefined, signal: stopping.signal },
    )
    tracker = await startTracker({
      ...{ host: '127.0.0.1', port: 0, open: true, quiet: true },
      ...{ witness: [`http://${stream.split('/')[0]}/*`], witnessAllowPrivate: true },
      witnessKeys: join(folder.root, 'mine'),
    })
    try {
      await body()
    } finally {
      stopping.abort()
      await watching
    }
  }

  async function enter() {
    assert.ok(tracker)
    const master = readHlsPlaylist(await readFile(folder.playlist, 'utf8'))
    const rendition = master?.kind === 'multivariant' ? master.renditions[0]?.rendition : undefined
    assert.ok(rendition)
    const joined = await TrackerClient.join(tracker.url, 1, { stream, rendition })
    client = joined.client
    return joined
  }

  it('tells what the publisher signed, under its own key, and fetches no segment', () =>
    whilePublished('mine', async () => {
      const { client: member, joined } = await enter()
      const [told] = (await member.next('digests')).digests
      assert.ok(told)
      const { digest } = digestOf(sha256, told.segment, segmentBody(told.segment.sequence))
      assert.equal(told.root, Buffer.from(digest.root).toString('base64url'))
      const jwk = { kty: 'OKP', crv: 'Ed25519', x: joined.digestKey ?? '' }
      const key = createPublicKey({ key: jwk, format: 'jwk' })
      const signature = fromBase64Url(told.signature) ?? new Uint8Array()
      assert.ok(verify(null, digestStatement(stream, digest), key, signature))
      await folder.publish()
      for (;;) {
        const { digests } = await member.next('digests')
        if (digests.some(({ segment }) => segment.sequence === 3)) break
      }
      assert.ok(asked.some((path) => path.endsWith('.ts.digest')))
      assert.ok(!asked.some((path) => path.endsWith('.ts')), asked.join())
    }))

  it('tells nothing that another key signed, and asks again for it', () =>
    whilePublished('other', async () => {
      const { client: member } = await enter()
      await untilReal(() => asked.filter((path) => path === '/v/seg-0.ts.digest').length >= 2)
      await member.settled()
      assert.equal(member.received('digests'), 0)
      assert.ok(!asked.some((path) => path.endsWith('.ts')), asked.join())
    }))
})
