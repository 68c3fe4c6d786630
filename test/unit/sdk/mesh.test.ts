import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { PrismeshError } from '../../../client-sdk/src/errors.js'
import { Mesh } from '../../../client-sdk/src/mesh.js'
import { resolveOptions, type PrismeshOptions } from '../../../client-sdk/src/options.js'
import { FakeLoader } from '../player/fake-loader.js'
import { FakePlayer } from './fake-player.js'
import { MeshFixture } from './mesh-fixture.js'

const url = 'https://cdn.example/live.m3u8?token=me'

describe('Mesh', () => {
  let world: MeshFixture['world']
  let player: MeshFixture['player']
  let warnings: MeshFixture['warnings']
  let makeMesh: MeshFixture['makeMesh']
  let codes: MeshFixture['codes']
  let originalLoads: MeshFixture['originalLoads']

  beforeEach(() => {
    ;({ world, player, warnings, makeMesh, codes, originalLoads } = new MeshFixture())
  })

  describe('attach and detach', () => {
    it('leaves config and listeners as they were, with no own loader of the site', () => {
      const before = { ...player.config }
      const mesh = makeMesh()
      const detach = mesh.attach(player)
      ok(player.config.fLoader)
      ok(player.listenerCount > 0)
      equal(world.watchers.length, 1)
      player.open(url)
      detach()
      detach()
      deepEqual({ ...player.config }, before)
      deepEqual([player.listenerCount, world.watchers.length, world.clock.pending], [0, 0, 0])
      deepEqual([world.engine.state, world.swarm.state], ['closed', 'closed'])
    })

    it("puts the site's own fLoader back, and removes the property where there was none", () => {
      class SiteLoader extends FakeLoader {}
      player.config.fLoader = SiteLoader
      makeMesh().attach(player)()
      equal(player.config.fLoader, SiteLoader)
      const bare = new FakePlayer()
      delete bare.config.fLoader
      makeMesh().attach(bare)()
      equal(Object.hasOwn(bare.config, 'fLoader'), false)
    })

    it('leaves the loader of somebody who wrapped ours, and passes everything through from then on', () => {
      const detach = makeMesh().attach(player)
      const ours = player.config.fLoader as typeof FakeLoader
      class Wrapper extends ours {}
      player.config.fLoader = Wrapper
      player.open(url)
      detach()
      equal(player.config.fLoader, Wrapper)
      player.load()
      equal(originalLoads(), 1)
    })

    it('lets go of a destroyed player', () => {
      const mesh = makeMesh()
      mesh.attach(player)
      player.open(url)
      player.fire('hlsDestroying')
      deepEqual([player.listenerCount, world.watchers.length, world.clock.pending], [0, 0, 0])
      deepEqual(codes(mesh), ['not-attached'])
    })

    it('refuses what is no hls.js, a second time, and anything after close', () => {
      const mesh = makeMesh()
      const codeOf = (thrown: unknown): string => (thrown instanceof PrismeshError ? thrown.code : 'other')
      for (const wrong of [
        undefined,
        null,
        'hls',
        {},
        { on() {}, off() {} },
        { config: {}, on() {}, off() {} },
      ]) {
        throws(
          () => mesh.attach(wrong),
          (error) => codeOf(error) === 'player-unsupported',
        )
      }
      mesh.attach(player)
      throws(
        () => mesh.attach(player),
        (error) => codeOf(error) === 'player-attached',
      )
      mesh.close()
      mesh.close()
      throws(
        () => mesh.attach(player),
        (error) => codeOf(error) === 'closed',
      )
      deepEqual(codes(mesh), ['closed'])
    })

    it('joins a stream that was opened before', () => {
      player.url = url
      makeMesh().attach(player)
      equal(world.swarm.options.stream, 'cdn.example/live.m3u8')
      deepEqual(world.engine.kinds(), ['company-expected', 'rendition-followed'])
    })

    it('takes several players, and sums their stats', () => {
      const mesh = makeMesh()
      const other = new FakePlayer()
      mesh.attach(player)
      mesh.attach(other)
      player.open(url)
      other.open('https://cdn.example/other.m3u8')
      equal(world.engines.length, 2)
      for (const engine of world.engines) engine.totals = { ...engine.totals, peerBytes: 100, cdnBytes: 50 }
      deepEqual([mesh.stats.peerBytes, mesh.stats.cdnBytes, mesh.stats.offload], [200, 100, 200 / 300])
    })
  })

  describe('consent', () => {
    const noPeers = (): void => deepEqual([world.engines.length, world.swarms.length], [0, 0])

    it('is no when omitted: loads are those of plain hls.js', () => {
      const config = resolveOptions({ tracker: 'wss://tracker.example' })
      const mesh = new Mesh(config, world.environment, world)
      mesh.attach(player)
      player.open(url)
      const { record } = player.load()
      FakeLoader.made.at(-1)?.succeed(1000)
      noPeers()
      deepEqual(record.calls, ['success 200'])
      deepEqual([mesh.stats.cdnBytes, mesh.stats.segments.cdn], [1000, 1])
      deepEqual(codes(mesh), ['no-consent'])
    })

    it('given later starts sharing in the middle of the stream', () => {
      const mesh = makeMesh({ consent: false })
      mesh.attach(player)
      player.open(url)
      noPeers()
      mesh.setConsent(true)
      deepEqual(world.engine.kinds(), ['company-expected', 'rendition-followed', 'playlist-seen'])
      equal(world.swarm.options.stream, 'cdn.example/live.m3u8')
    })

    it('withdrawn closes links and tracker at once; segments under way come from the CDN', () => {
      const mesh = makeMesh()
      mesh.attach(player)
      player.open(url)
      const { record } = player.load()
      equal(originalLoads(), 0)
      mesh.setConsent(false)
      deepEqual(world.engine.calls, ['closeLinks consent-withdrawn'])
      deepEqual([world.engine.state, world.swarm.state], ['closed', 'closed'])
      equal(originalLoads(), 1)
      FakeLoader.made.find(({ request }) => request)?.succeed(700)
      deepEqual(record.calls, ['success 200'])
      equal(mesh.stats.cdnBytes, 700)
      deepEqual(codes(mesh), ['no-consent'])
      deepEqual(warnings, [])
    })

    it('given again starts a new session with a new member id', () => {
      const mesh = makeMesh()
      mesh.attach(player)
      player.open(url)
      mesh.setConsent(false)
      mesh.setConsent(true)
      equal(world.engines.length, 2)
      ok(world.engines[0]?.options.self !== world.engines[1]?.options.self)
    })

    it('asked of the page: once, when a player is attached, and pending until it answers', async () => {
      let asked = 0
      let answer: (agreed: boolean) => void = () => {}
      const mesh = makeMesh({
        consent: () => {
          asked += 1
          return new Promise((resolve) => (answer = resolve))
        },
      })
      equal(asked, 0)
      mesh.attach(player)
      mesh.attach(new FakePlayer())
      player.open(url)
      equal(asked, 1)
      noPeers()
      deepEqual(codes(mesh), ['consent-pending'])
      answer(true)
      await Promise.resolve()
      await Promise.resolve()
      equal(world.engines.length, 1)
    })

    it('that fails counts as no, with one warning', async () => {
      const mesh = makeMesh({ consent: () => Promise.reject(new Error('dialog broke')) })
      mesh.attach(player)
      player.open(url)
      await new Promise((resolve) => setImmediate(resolve))
      deepEqual(warnings, ['consent-failed'])
      deepEqual(codes(mesh), ['no-consent'])
      noPeers()
    })

    it('set while the page is asked overrules the answer', async () => {
      let answer: (agreed: boolean) => void = () => {}
      const mesh = makeMesh({ consent: () => new Promise((resolve) => (answer = resolve)) })
      mesh.attach(player)
      mesh.setConsent(false)
      answer(true)
      await new Promise((resolve) => setImmediate(resolve))
      deepEqual(codes(mesh), ['no-consent'])
    })
  })

  describe('switches and abilities', () => {
    const off: readonly (readonly [
      string,
      (options: Partial<PrismeshOptions>) => Partial<PrismeshOptions>,
    ])[] = [
      ['switched-off-by-page', (options) => ((world.environment.search = '?a=1&prismesh=off'), options)],
      ['disabled', (options) => ({ ...options, enabled: false })],
    ]
    for (const [code, apply] of off) {
      it(`touches nothing when ${code}`, () => {
        const mesh = makeMesh(apply({}))
        mesh.attach(player)()
        const detach = mesh.attach(player)
        player.open(url)
        equal(player.config.fLoader, undefined)
        deepEqual([player.listenerCount, world.engines.length, world.clock.pending], [0, 0, 0])
        deepEqual(codes(mesh), [code])
        detach()
      })
    }

    it('warns once where there is no WebRTC, and plays', () => {
      world.environment.webrtc = 'missing'
      const mesh = makeMesh()
      mesh.attach(player)
      mesh.attach(new FakePlayer())
      player.open(url)
      player.load()
      equal(originalLoads(), 1)
      equal(world.swarms.length, 0)
      deepEqual(warnings, ['no-webrtc'])
      deepEqual(codes(mesh), ['no-webrtc'])
    })

    it('is quiet by default, and tells everything with ?prismesh=debug', () => {
      makeMesh().attach(player)
      deepEqual(world.log, [])
      world.environment.search = '?prismesh=debug'
      makeMesh().attach(new FakePlayer())
      deepEqual(world.log, ['info: [prismesh] attached to a player'])
    })

    it('uploads nothing on cellular, and begins when the network changes', () => {
      world.environment.connection = { type: 'cellular' }
      const mesh = makeMesh()
      mesh.attach(player)
      player.open(url)
      equal(world.engine.options.uploadBytesPerSecondMax, 0)
      equal(world.swarm.options.uploads, false)
      ok(codes(mesh).includes('cellular'))
      world.environment.connection = { type: 'wifi' }
      world.watchers[0]?.deviceChanged()
      deepEqual(world.engine.told.at(-1), { kind: 'upload-capped', bytesPerSecond: 1_000_000 })
      equal(world.swarm.calls.at(-1), 'update {"uploads":true}')
      world.watchers[0]?.networkReturned()
      equal(world.swarm.calls.at(-1), 'retry')
    })
  })
})
