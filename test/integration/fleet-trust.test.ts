import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createOrigin, type Origin } from '../../demo/origin/create-origin.js'
import type { StreamId } from '../../protocol/ids.js'
import { offeredSubprotocols } from '../../protocol/join-token.js'
import { makeKey } from '../../tracker/src/admission/make-key.js'
import { mintToken } from '../../tracker/src/admission/mint-token.js'
import type { TokenJwk } from '../../tracker/src/admission/token-keys.js'
import { readHlsPlaylist } from '../../tracker/src/core/hls-playlist.js'
import {
  startTracker,
  type RunningTracker,
  type TrackerOptions,
} from '../../tracker/src/server/start-tracker.js'
import { Broker, brokerKinds } from '../support/fleet/broker.js'
import { eventually } from '../support/fleet/fleet-rig.js'
import { TrackerClient } from './tracker-client.js'

const pageOrigin = 'https://page.example'

for (const kind of brokerKinds) {
  describe(`two trackers that trust each other by ${kind}`, function () {
    this.timeout(60_000)
    let broker: Broker
    let running: RunningTracker[]
    let clients: TrackerClient[]
    let folder: string

    before(async () => {
      broker = await Broker.start(kind)
      folder = mkdtempSync(join(tmpdir(), 'prismesh-trust-'))
    })
    beforeEach(() => {
      running = []
      clients = []
    })
    afterEach(async () => {
      for (const { socket } of clients) socket.terminate()
      await Promise.all(running.map((tracker) => tracker.close()))
    })
    after(async () => {
      await broker.close()
      rmSync(folder, { recursive: true })
    })

    /** Starts them, and waits until each knows the other. */
    async function start(...each: Partial<TrackerOptions>[]): Promise<RunningTracker[]> {
      const common = {
        host: '127.0.0.1',
        port: 0,
        quiet: true,
        cluster: `${kind}://127.0.0.1:${broker.port}`,
        clusterHeartbeatMs: 500,
        secret: 'the same for both of these trackers',
      }
      for (const options of each) running.push(await startTracker({ ...common, ...options }))
      await eventually(
        () => running.every((tracker) => tracker.stats().fleet?.processes.length === each.length - 1),
        () => 'they know each other',
      )
      return running
    }

    it('count the uses of a token together', async () => {
      const jwk = (await makeKey('HS256', 'first')) as TokenJwk
      const tokenKeys = join(folder, 'keys.json')
      writeFileSync(tokenKeys, JSON.stringify({ keys: [jwk] }))
      const [one, other] = await start({ tokenKeys }, { tokenKeys })
      assert.ok(one && other)
      const wish = { stream: 'news', origin: pageOrigin, lifetimeSeconds: 120 }
      const once = await mintToken(jwk, { ...wish, uses: 1 }, Date.now())
      const thrice = await mintToken(jwk, { ...wish, uses: 3 }, Date.now())
      const heard = () => other.stats().fleet?.messages.received ?? 0
      const enter = async (tracker: RunningTracker, token: string) => {
        const protocols = offeredSubprotocols(token)
        const client = await TrackerClient.connect(tracker.url, { origin: pageOrigin }, protocols)
        clients.push(client)
        client.say({ kind: 'leave' })
        return client.nextErrorCode()
      }
      const before = heard()
      // Who is let in has said something else than a join, which is what it is told then.
      assert.equal(await enter(one, once), 'out-of-order')
      assert.equal(await enter(one, thrice), 'out-of-order')
      await eventually(
        () => heard() >= before + 2,
        () => 'the other has heard of it',
      )
      assert.equal(await enter(other, once), 'token-used')
      assert.equal(await enter(other, thrice), 'out-of-order')
      assert.equal(await enter(other, thrice), 'out-of-order')
      assert.equal(await enter(other, thrice), 'token-used')
    })

    it('share the digests of the one that witnesses', async () => {
      const origin: Origin = await createOrigin({ oneRendition: true })
      try {
        const { host, pathname } = new URL(origin.streamUrl)
        const stream = (host + pathname) as StreamId
        const master = readHlsPlaylist(await (await fetch(origin.streamUrl)).text())
        assert.ok(master?.kind === 'multivariant' && master.renditions[0])
        const { rendition } = master.renditions[0]
        const witness = { open: true, witness: [`http://${host}/*`], witnessAllowPrivate: true }
        const [one, other] = await start(witness, { ...witness, witnessStreamsMax: 0 })
        assert.ok(one && other)
        const first = await TrackerClient.join(one.url, 1, { stream, rendition })
        const second = await TrackerClient.join(other.url, 2, { stream, rendition })
        clients.push(first.client, second.client)
        assert.equal(first.joined.digestKey, second.joined.digestKey)
        assert.ok(first.joined.digestKey)
        const { digests } = await second.client.next('digests')
        const [told] = digests
        assert.ok(told)
        for (;;) {
          const known = (await first.client.next('digests')).digests
          const same = known.find(({ root }) => root === told.root)
          if (!same) continue
          assert.deepEqual([same.segment, same.signature], [told.segment, told.signature])
          break
        }
        assert.ok((told.hashes?.length ?? 0) > 0, 'the list of a short segment comes along')
      } finally {
        await origin.close()
      }
    })
  })
}
