import { deepEqual, equal, ok } from 'node:assert/strict'
import { describe, it } from 'mocha'
import { EngineDriver } from '../../../client-sdk/src/driver.js'
import { Mesh } from '../../../client-sdk/src/mesh.js'
import { resolveOptions } from '../../../client-sdk/src/options.js'
import type { CdnListener, CdnRequest } from '../../../client-sdk/src/ports/cdn.js'
import { FakeLoader } from '../player/fake-loader.js'
import { FakeWorld } from './fake-parts.js'
import { FakePlayer } from './fake-player.js'

/** A world whose engine is the real one, over a CDN that answers when the test says so. */
function realEngineWorld() {
  const world = new FakeWorld()
  const fetches: { readonly request: CdnRequest; readonly listener: CdnListener }[] = []
  world.startEngine = (options, ports) => new EngineDriver(options, ports)
  world.openCdn = () =>
    ({
      fetch: (request: CdnRequest, listener: CdnListener) => {
        fetches.push({ request, listener })
        return { abort: () => {} }
      },
    }) as never
  return { world, fetches }
}

describe('a session with the real engine', () => {
  it('loads a segment of an empty cell from the CDN, and plays it again from memory', async () => {
    const { world, fetches } = realEngineWorld()
    const mesh = new Mesh(
      resolveOptions({ tracker: 'wss://tracker.example', consent: true }),
      world.environment,
      world,
    )
    const player = new FakePlayer()
    mesh.attach(player)
    player.open('https://cdn.example/live.m3u8')
    FakeLoader.made.length = 0

    const first = player.load()
    world.clock.runUntil(1010)
    const asked = fetches.filter(({ request }) => request.source.url.includes('seg-12'))
    ok(asked.length > 0, 'the engine asks the CDN')
    for (const { request, listener } of asked) {
      const to = request.to ?? 40_000
      listener.started(request.from, to - request.from)
      listener.progressed(new Uint8Array(to - request.from).fill(7))
      listener.ended()
    }
    world.clock.runUntil(1100)
    deepEqual(first.record.calls, ['progress 40000', 'success 200'])
    ok(new Uint8Array(first.record.data ?? new ArrayBuffer(0)).every((byte) => byte === 7))

    const again = player.load()
    deepEqual(again.record.calls, [])
    await Promise.resolve()
    deepEqual(again.record.calls, ['progress 40000', 'success 200'])
    equal(FakeLoader.made.filter(({ request }) => request).length, 0)
    ok(mesh.stats.cdnBytes >= 40_000)

    mesh.close()
    equal(world.clock.pending, 0)
  })

  it("turns the CDN's refusal into hls.js's error", () => {
    const { world, fetches } = realEngineWorld()
    const mesh = new Mesh(
      resolveOptions({ tracker: 'wss://tracker.example', consent: true }),
      world.environment,
      world,
    )
    const player = new FakePlayer()
    mesh.attach(player)
    player.open('https://cdn.example/live.m3u8')
    const { record } = player.load()
    for (let second = 2; second <= 30 && record.calls.length === 0; second += 1) {
      for (const { listener } of fetches.splice(0)) listener.failed({ kind: 'status', status: 404 })
      world.clock.runUntil(second * 1000)
    }
    deepEqual(record.calls, ['error 404 HTTP status 404'])
    mesh.close()
  })
})
