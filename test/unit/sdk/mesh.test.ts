import { deepEqual, equal, match, ok, throws } from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import type { MemberId } from '../../../protocol/ids.js'
import { PrismeshError } from '../../../client-sdk/src/errors.js'
import { Mesh } from '../../../client-sdk/src/mesh.js'
import { resolveOptions, type PrismeshOptions } from '../../../client-sdk/src/options.js'
import { FakeLoader, fragmentOf } from '../player/fake-loader.js'
import { FakeWorld, linkTo } from './fake-parts.js'
import { FakePlayer, playlistOf } from './fake-player.js'

const url = 'https://cdn.example/live.m3u8?token=me'

describe('Mesh', () => {
  let world: FakeWorld
  let player: FakePlayer
  let warnings: string[]

  beforeEach(() => {
    world = new FakeWorld()
    player = new FakePlayer()
    warnings = []
    FakeLoader.made.length = 0
  })

  function makeMesh(options: Partial<PrismeshOptions> = {}): Mesh {
    const config = resolveOptions({ tracker: 'wss://tracker.example', consent: true, ...options })
    const mesh = new Mesh(config, world.environment, world)
    mesh.emitter.on('warning', ({ code }) => void warnings.push(code))
    return mesh
  }

  const codes = (mesh: Mesh): string[] => mesh.explain().map(({ code }) => code)
  const originalLoads = (): number => FakeLoader.made.filter(({ request }) => request).length

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
      deepEqual(world.engine.kinds(), ['rendition-followed'])
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
      deepEqual(world.engine.kinds(), ['rendition-followed', 'playlist-seen'])
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
      world.watchers[0]?.connectionChanged()
      deepEqual(world.engine.told.at(-1), { kind: 'upload-capped', bytesPerSecond: 1_000_000 })
      equal(world.swarm.calls.at(-1), 'update {"uploads":true}')
      world.watchers[0]?.networkReturned()
      equal(world.swarm.calls.at(-1), 'retry')
    })
  })

  describe('a session', () => {
    let mesh: Mesh

    beforeEach(() => {
      mesh = makeMesh()
      mesh.attach(player)
      player.open(url)
    })

    it('tells the engine and the tracker what the player follows and lists', () => {
      deepEqual(world.engine.kinds(), ['rendition-followed', 'playlist-seen'])
      const seen = world.engine.told[1]
      ok(seen?.kind === 'playlist-seen')
      deepEqual(
        seen.segments.map(({ segment }) => segment.sequence),
        [10, 11, 12],
      )
      deepEqual(seen.segments[0]?.source, { url: 'https://cdn.example/main-10.ts?token=me' })
      equal(seen.segments[0]?.durationMs, 2000)
      match(world.swarm.calls[0] ?? '', /^update {"rendition":"v-1280x720-2500k-/)
    })

    it('loads segments through the engine and says where they came from', () => {
      const events: unknown[] = []
      mesh.emitter.on('segment', (event) => void events.push(event))
      const { record } = player.load()
      const want = world.engine.lastWant()
      equal(want.live, true)
      deepEqual([want.firstByteTimeoutMs, want.loadTimeoutMs, want.deadline], [10_000, 20_000, 1000])
      deepEqual(want.source, { url: 'https://cdn.example/seg-12.ts?token=me' })
      const member = 'a'.repeat(40) as MemberId
      world.engine.deliver(500, { cdnBytes: 100, peerBytes: 400, sources: [{ member, bytes: 400 }] })
      deepEqual(record.calls, ['progress 500', 'success 200'])
      const { rendition } = want.segment
      deepEqual(events, [
        { key: `${rendition}/3/12`, cdnBytes: 100, peerBytes: 400, sources: [{ member, bytes: 400 }] },
      ])
      equal(world.engine.kinds().includes('segment-abandoned'), false)
    })

    it('tells the engine of what the player no longer wants', () => {
      const { loader } = player.load()
      loader.abort()
      equal(world.engine.told.at(-1)?.kind, 'segment-abandoned')
    })

    it('passes on what cannot be shared', () => {
      const through = [
        { frag: fragmentOf({ sn: 'initSegment' }) },
        { frag: fragmentOf({ type: 'subtitle' }) },
        { frag: fragmentOf({ gap: true }) },
        { frag: fragmentOf({ bitrateTest: true }) },
        { frag: fragmentOf({ level: 7 }) },
        { part: { index: 0 } },
        { resetIV: true },
        { responseType: 'text' },
      ]
      for (const changes of through) player.load(changes)
      equal(originalLoads(), through.length)
      equal(world.engine.kinds().includes('segment-wanted'), false)
    })

    it('keeps byte ranges, audio and extra headers', () => {
      player.load({ rangeStart: 100, rangeEnd: 300, headers: { 'x-site': '1' } })
      const ranged = world.engine.lastWant()
      deepEqual([ranged.segment.rangeStart, ranged.segment.rangeEnd], [100, 300])
      deepEqual(ranged.source.headers, { 'x-site': '1' })
      player.load({ frag: fragmentOf({ type: 'audio' }) })
      match(world.engine.lastWant().segment.rendition, /^a-en-english-/)
    })

    it('ends with the stream; the next has its own', () => {
      player.open('https://cdn.example/second.m3u8')
      deepEqual([world.engines[0]?.state, world.swarms[0]?.state], ['closed', 'closed'])
      equal(world.swarm.options.stream, 'cdn.example/second.m3u8')
      equal(world.engines.length, 2)
    })

    it('keeps the totals of what ended', () => {
      world.engine.totals = { ...world.engine.totals, peerBytes: 300, cdnBytes: 100 }
      player.open('https://cdn.example/second.m3u8')
      equal(mesh.stats.peerBytes, 300)
      mesh.close()
      equal(mesh.stats.peerBytes, 300)
      equal(mesh.stats.offload, 0.75)
    })

    it('fails over when the engine breaks: every pending and later load, and one warning', () => {
      const pending = [player.load(), player.load({ frag: fragmentOf({ sn: 13 }) })]
      equal(originalLoads(), 0)
      world.engine.fault(new Error('assertion'))
      equal(originalLoads(), 2)
      for (const { request } of FakeLoader.made) if (request) request.stats.loaded = 1
      for (const original of FakeLoader.made) if (original.request) original.succeed(10)
      for (const { record } of pending) deepEqual(record.calls, ['success 200'])
      player.load()
      equal(originalLoads(), 3)
      deepEqual(warnings, ['faulted'])
      deepEqual(codes(mesh), ['faulted'])
      equal(world.swarm.state, 'closed')
      ok(world.log.includes('error: [prismesh] a bug in Prismesh'))
      player.open('https://cdn.example/second.m3u8')
      equal(world.engines.length, 2)
    })

    it('fails over when it cannot even begin', () => {
      world.joinSwarmThrows = new Error('no')
      player.open('https://cdn.example/second.m3u8')
      player.load()
      equal(originalLoads(), 1)
      equal(world.engine.state, 'closed')
      deepEqual(warnings, ['faulted'])
    })

    it('leaves a stream without a name to the CDN, with one warning', () => {
      player.open('blob:https://page.example/1')
      player.load()
      equal(originalLoads(), 1)
      deepEqual(warnings, ['stream-unnamed'])
      deepEqual(codes(mesh), ['stream-unnamed'])
    })

    it('warns once of a tracker that does not answer, and explains', () => {
      deepEqual(codes(mesh), ['tracker-connecting'])
      for (const phase of ['unreachable', 'connecting', 'unreachable'] as const)
        world.swarm.listener.phaseChanged(phase)
      deepEqual(warnings, ['tracker-unreachable'])
      deepEqual(codes(mesh), ['tracker-unreachable'])
    })

    it('explains its way from alone to sharing', () => {
      const { listener } = world.swarm
      listener.phaseChanged('joined')
      deepEqual(codes(mesh), ['alone'])
      listener.rosterChanged([{ member: 'a'.repeat(40) as MemberId, role: 'viewer', uploads: true }])
      deepEqual(codes(mesh), ['no-link-yet'])
      listener.linkOpened(linkTo('a'))
      deepEqual(codes(mesh), ['sharing'])
      equal(world.engine.told.at(-1)?.kind, 'roster-changed')
      deepEqual(world.engine.calls, ['addLink aaaa'])
    })

    it('tells of links', () => {
      const events: unknown[] = []
      mesh.emitter.on('link-opened', (event) => void events.push(event))
      mesh.emitter.on('link-closed', (event) => void events.push(event))
      world.swarm.listener.linkOpened(linkTo('a'))
      equal(mesh.stats.links, 1)
      world.swarm.listener.linkClosed('a'.repeat(40) as MemberId, 'channel-closed')
      equal(mesh.stats.links, 0)
      const member = 'a'.repeat(40)
      deepEqual(events, [
        { member, links: 1 },
        { member, links: 0, code: 'channel-closed' },
      ])
    })

    it('reports to the tracker as often as it asks, and stops with the session', () => {
      world.swarm.listener.reportsWanted(10_000)
      world.clock.runUntil(31_000)
      equal(world.swarm.calls.filter((call) => call.startsWith('report')).length, 3)
      mesh.close()
      equal(world.clock.pending, 0)
    })

    it('tells stats at most once a second, only changed ones, and only while somebody listens', () => {
      const seen: number[] = []
      const stop = mesh.emitter.on('stats', (stats) => void seen.push(stats.peerBytes))
      for (let second = 2; second <= 6; second += 1) {
        if (second % 2 === 0) world.engine.totals = { ...world.engine.totals, peerBytes: second }
        world.clock.runUntil(second * 1000)
      }
      deepEqual(seen, [2, 4, 6])
      stop()
      world.engine.totals = { ...world.engine.totals, peerBytes: 99 }
      world.clock.runUntil(9000)
      deepEqual(seen, [2, 4, 6])
    })

    it('gives the engine no segments of a playlist whose parts the player loads', () => {
      const parts = { ...playlistOf([13, 14]), partList: [{}] }
      const before = world.engine.told.length
      player.fire('hlsLevelUpdated', { level: 0, details: parts })
      equal(world.engine.told.length, before)
      player.config.lowLatencyMode = false
      player.fire('hlsLevelUpdated', { level: 0, details: parts })
      equal(world.engine.told.length, before + 1)
    })
  })
})
