import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import type { MemberId } from '../../../protocol/ids.js'
import type { Mesh } from '../../../client-sdk/src/mesh.js'
import { FakeLoader, fragmentOf } from '../player/fake-loader.js'
import { linkTo } from './fake-parts.js'
import { playlistOf } from './fake-player.js'
import { MeshFixture } from './mesh-fixture.js'

const url = 'https://cdn.example/live.m3u8?token=me'

describe('a session', () => {
  let world: MeshFixture['world']
  let player: MeshFixture['player']
  let warnings: MeshFixture['warnings']
  let makeMesh: MeshFixture['makeMesh']
  let codes: MeshFixture['codes']
  let originalLoads: MeshFixture['originalLoads']

  beforeEach(() => {
    ;({ world, player, warnings, makeMesh, codes, originalLoads } = new MeshFixture())
  })

  let mesh: Mesh

  beforeEach(() => {
    mesh = makeMesh()
    mesh.attach(player)
    player.open(url)
  })

  it('tells the engine and the tracker what the player follows and lists', () => {
    deepEqual(world.engine.kinds(), ['company-expected', 'rendition-followed', 'playlist-seen'])
    const seen = world.engine.told[2]
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

  it('says that nothing is shared where the tracker has no digests', () => {
    const { listener } = world.swarm
    listener.phaseChanged('joined')
    listener.digestsExpected(false)
    listener.linkOpened(linkTo('a'))
    deepEqual(warnings, ['no-digests'])
    deepEqual(codes(mesh), ['no-digests'])
    listener.digestsExpected(true)
    deepEqual(codes(mesh), ['sharing'])
  })

  it('says so where promised digests do not come for a dozen segments', () => {
    const { listener } = world.swarm
    const loads = (count: number) => {
      for (let index = 0; index < count; index += 1) {
        player.load()
        world.engine.deliver(1000)
      }
    }
    loads(20)
    deepEqual(warnings, [])
    const { segment } = world.engine.lastWant()
    const digest = { segment, bytes: 1000, root: new Uint8Array(32) }
    listener.phaseChanged('joined')
    listener.digestsExpected(true)
    listener.linkOpened(linkTo('a'))
    loads(11)
    listener.digestTold(digest, undefined, 'right')
    loads(11)
    deepEqual([warnings, codes(mesh)], [[], ['sharing']])
    loads(1)
    deepEqual([warnings, codes(mesh)], [['digests-missing'], ['digests-missing']])
    listener.digestTold(digest, undefined, 'right')
    deepEqual(codes(mesh), ['sharing'])
  })

  it('says where the browser cannot check who signed digests', () => {
    const { listener } = world.swarm
    player.load()
    const { segment } = world.engine.lastWant()
    const digest = { segment, bytes: 1000, root: new Uint8Array(32) }
    listener.phaseChanged('joined')
    listener.digestsExpected(true)
    listener.linkOpened(linkTo('a'))
    listener.digestTold(digest, undefined, 'unchecked')
    deepEqual([warnings, codes(mesh)], [[], ['sharing', 'signatures-unchecked']])
    listener.digestTold(digest, undefined, 'right')
    deepEqual(codes(mesh), ['sharing'])
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
