import { deepEqual, equal } from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import type { Mesh } from '../../../client-sdk/src/mesh.js'
import { variantRenditionId } from '../../../protocol/rendition-id.js'
import { playlistEdgeOf, type SignedPlaylistEdge } from '../../../protocol/playlist-edge.js'
import { liveText } from '../../support/live-text.js'
import { sha256 } from '../../support/sha256.js'
import { MeshFixture } from './mesh-fixture.js'

const url = 'https://cdn.example/v1.m3u8'

describe('a session that shares playlists', () => {
  let fixture: MeshFixture
  let mesh: Mesh

  beforeEach(() => {
    fixture = new MeshFixture()
  })

  function play(options: Parameters<MeshFixture['makeMesh']>[0] = {}): void {
    mesh = fixture.makeMesh(options)
    mesh.attach(fixture.player)
    fixture.player.open('https://cdn.example/live.m3u8')
  }

  const rendition = () => variantRenditionId(fixture.player.levels[0]?.attrs ?? {})

  /** As hls.js does; the CDN answers with the window that begins with `first`. Returns what the player gets, and from whom. */
  async function poll(first: number, context: object = {}): Promise<{ text: unknown; asked: number }> {
    let text: unknown
    let asked = 0
    const { config } = fixture.player
    // The class that hls.js makes is the one in its settings, over what was there at `attach`.
    const Loader = config.pLoader as new (settings: object) => {
      load(context: object, config: object, callbacks: object): void
    }
    const loader = new Loader(config)
    const answer = { onSuccess: (response: { data: unknown }) => (text = response.data) }
    loader.load({ url, type: 'level', level: 0, responseType: 'text', ...context }, {}, answer)
    fixture.world.clock.runUntil(fixture.world.clock.now() + 10)
    const { request } = loader as unknown as { request?: { callbacks: typeof answer; stats: object } }
    if (request) {
      asked = 1
      const response = { url, data: liveText(first, 6), code: 200 }
      ;(request.callbacks.onSuccess as (...values: unknown[]) => void)(response, request.stats, context, null)
    }
    return { text, asked }
  }

  /** An edge of the window that begins with `first`: 1 is a right signature, 2 one that nobody can check. */
  function edge(first: number, signed: number): SignedPlaylistEdge {
    const made = playlistEdgeOf(sha256, rendition(), liveText(first, 6))
    if (made === undefined) throw new Error('no edge')
    return { ...made, signature: new Uint8Array(64).fill(signed) }
  }

  /** Told by the tracker, or by a neighbour. Resolves when it was checked. */
  async function tell(told: SignedPlaylistEdge, from: 'tracker' | 'neighbour'): Promise<void> {
    if (from === 'tracker') fixture.world.swarm.listener.edgeTold(told)
    else fixture.world.engine.ports.edgeTold?.(told)
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
  }

  const engineTold = (): string[] =>
    fixture.world.engine.kinds().filter((kind) => kind.startsWith('playlist-edge'))

  async function lead(): Promise<void> {
    await poll(10)
    await tell(edge(11, 1), 'tracker')
    await poll(11)
  }

  it('spares the CDN a poll, counts it, and passes on what was proven', async () => {
    play()
    await lead()
    await tell(edge(12, 1), 'neighbour')
    deepEqual(await poll(12), { text: liveText(12, 6), asked: 0 })
    deepEqual(mesh.stats.playlists, { cdn: 1, shared: 2 })
    deepEqual(engineTold(), ['playlist-edge-proven', 'playlist-edge-proven'])
  })

  it('neither takes nor passes on what the tracker has not signed, and asks the CDN', async () => {
    play()
    await lead()
    await tell(edge(12, 3), 'neighbour')
    deepEqual(engineTold(), ['playlist-edge-proven'])
    equal((await poll(12)).asked, 1)
  })

  it('believes the tracker, and no neighbour, where signatures cannot be checked', async () => {
    play()
    await lead()
    await tell(edge(12, 2), 'neighbour')
    equal(engineTold().length, 1)
    await tell(edge(12, 2), 'tracker')
    equal((await poll(12)).asked, 0)
  })

  it('polls where the page, the operator or the kind of request says so', async () => {
    play({ sharePlaylists: false })
    await lead()
    await tell(edge(12, 1), 'tracker')
    equal((await poll(12)).asked, 1)
    mesh.close()
    play({ integrity: 'off' })
    await lead()
    await tell(edge(12, 1), 'tracker')
    equal((await poll(12)).asked, 1)
    mesh.close()
    play()
    await lead()
    await tell(edge(12, 1), 'tracker')
    fixture.world.environment.page = 'hidden'
    equal((await poll(12)).asked, 1)
    fixture.world.environment.page = 'visible'
    await tell(edge(13, 1), 'tracker')
    equal((await poll(12, { deliveryDirectives: {} })).asked, 1)
    equal((await poll(12, { type: 'subtitleTrack', level: null, id: 0 })).asked, 1)
    fixture.world.swarm.listener.policyChanged({ p2p: 'off' } as never)
    equal((await poll(12)).asked, 1)
  })

  it('says so when the CDN contradicts what was told', async () => {
    play()
    fixture.world.swarm.listener.phaseChanged('joined')
    await lead()
    const told = edge(12, 1)
    const other = playlistEdgeOf(sha256, rendition(), liveText(12, 6).replace('seg-17', 'other'))
    await tell({ ...told, ...other }, 'tracker')
    equal((await poll(12)).asked, 0)
    fixture.world.clock.runUntil(fixture.world.clock.now() + 10_000)
    deepEqual(await poll(12), { text: liveText(12, 6), asked: 1 })
    deepEqual(fixture.warnings, ['playlists-differ'])
  })

  it('leaves the settings of the player as they were', () => {
    play()
    mesh.close()
    equal('pLoader' in fixture.player.config, false)
  })
})
