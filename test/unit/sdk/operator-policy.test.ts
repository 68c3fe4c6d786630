import { deepEqual, equal, ok } from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import type { Mesh } from '../../../client-sdk/src/mesh.js'
import type { PolicyEvent } from '../../../client-sdk/src/mesh-events.js'
import type { PrismeshOptions } from '../../../client-sdk/src/options.js'
import { linkTo } from './fake-parts.js'
import { MeshFixture } from './mesh-fixture.js'

const url = 'https://cdn.example/live.m3u8'
const others = [{ member: linkTo('a').member, role: 'viewer', uploads: true }] as const

describe("the operator's policy, at a viewer", () => {
  let fixture: MeshFixture
  let mesh: Mesh
  let events: PolicyEvent[]

  beforeEach(() => {
    fixture = new MeshFixture()
  })

  /** A viewer with one neighbour, who has just been asked to share. */
  function watch(options: Partial<PrismeshOptions> = {}): void {
    mesh = fixture.makeMesh({ uploadBytesPerSecondMax: 1000, ...options })
    events = []
    mesh.emitter.on('policy', (event) => void events.push(event))
    mesh.attach(fixture.player)
    fixture.player.open(url)
    const { listener } = fixture.world.swarm
    listener.phaseChanged('joined')
    listener.rosterChanged(others)
    listener.linkOpened(linkTo('a'))
  }

  const obey = (...[policy]: Parameters<typeof fixture.world.swarm.listener.policyChanged>) =>
    fixture.world.swarm.listener.policyChanged(policy)

  function caps(): number[] {
    return fixture.world.engine.told.flatMap((input) =>
      input.kind === 'upload-capped' ? [input.bytesPerSecond] : [],
    )
  }

  function rosterSizes(): number[] {
    return fixture.world.engine.told.flatMap((input) =>
      input.kind === 'roster-changed' ? [input.members.length] : [],
    )
  }

  it('closes links, gives nothing and waits for nobody while P2P is off; then takes it up again', () => {
    watch()
    obey({ p2p: 'off' })
    ok(fixture.world.engine.calls.includes('closeLinks p2p-off'))
    deepEqual(caps(), [0])
    deepEqual(rosterSizes(), [1, 0])
    equal(fixture.world.swarm.calls.at(-1), 'update {"uploads":false}')
    deepEqual(fixture.codes(mesh), ['p2p-off'])
    equal(mesh.stats.p2p, 'off')
    fixture.world.swarm.listener.rosterChanged([...others, ...others])
    deepEqual(rosterSizes(), [1, 0, 0])
    obey({ p2p: 'on' })
    deepEqual(caps(), [0, 1000])
    deepEqual(rosterSizes(), [1, 0, 0, 2])
    deepEqual(fixture.codes(mesh), ['sharing'])
    deepEqual(events, [
      { p2p: 'off', uploadBytesPerSecondMax: undefined },
      { p2p: 'on', uploadBytesPerSecondMax: undefined },
    ])
  })

  it('says so where P2P is off because too few watch', () => {
    watch()
    obey({ p2p: 'off', reason: 'few-viewers' })
    deepEqual(fixture.codes(mesh), ['few-viewers'])
    obey({ p2p: 'off' })
    deepEqual(fixture.codes(mesh), ['p2p-off'])
  })

  it('goes on with the links it has while P2P drains', () => {
    watch()
    obey({ p2p: 'drain' })
    equal(fixture.world.engine.calls.includes('closeLinks p2p-off'), false)
    deepEqual(fixture.codes(mesh), ['sharing', 'p2p-draining'])
  })

  it("lowers the viewer's cap, and never raises it", () => {
    watch()
    obey({ p2p: 'on', uploadBytesPerSecondMax: 400 })
    deepEqual(caps(), [400])
    deepEqual(fixture.codes(mesh), ['sharing', 'upload-lowered'])
    obey({ p2p: 'on', uploadBytesPerSecondMax: 5000 })
    deepEqual(caps(), [400, 1000])
    deepEqual(fixture.codes(mesh), ['sharing'])
    obey({ p2p: 'on', uploadBytesPerSecondMax: 0 })
    deepEqual(caps(), [400, 1000, 0])
    equal(fixture.world.swarm.calls.at(-1), 'update {"uploads":false}')
  })

  it('never makes a viewer give who gives nothing', () => {
    watch({ uploadBytesPerSecondMax: 0 })
    obey({ p2p: 'on', uploadBytesPerSecondMax: 5000 })
    deepEqual(caps(), [0])
  })

  it('tells the page once of what it hears twice', () => {
    watch()
    obey({ p2p: 'drain' })
    obey({ p2p: 'drain' })
    equal(events.length, 1)
  })

  it('counts stalls and tells the latency with each report, until the stream ends', () => {
    watch()
    const player = fixture.player as { latency?: number }
    player.latency = 4.25
    fixture.player.fire('hlsError', { details: 'bufferStalledError' })
    fixture.player.fire('hlsError', { details: 'fragLoadError' })
    fixture.world.swarm.listener.reportsWanted(10_000)
    fixture.world.clock.runUntil(12_000)
    equal(fixture.world.swarm.calls.at(-1), 'report 0 1 1 4250')
    mesh.close()
    equal(fixture.player.listenerCount, 0)
  })
})
