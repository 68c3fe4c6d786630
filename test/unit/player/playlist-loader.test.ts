import { deepEqual, equal, ok } from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import type { LoaderResponse } from '../../../client-sdk/src/player/loader-contract.js'
import {
  playlistLoaderClass,
  type PlaylistCallbacks,
  type PlaylistContext,
  type PlaylistLoader,
} from '../../../client-sdk/src/player/playlist-loader.js'
import type { PlaylistAnswer } from '../../../client-sdk/src/player/playlist-sharing.js'
import { VirtualClock } from '../../support/swarm/virtual-clock.js'
import { freshStats } from './fake-loader.js'

const context: PlaylistContext = { url: 'https://cdn.example/v1.m3u8', type: 'level', level: 0 }

/** Stands for hls.js's XhrLoader. */
class OwnLoader implements PlaylistLoader {
  static last: OwnLoader | undefined
  readonly stats = freshStats()
  callbacks: PlaylistCallbacks | undefined
  readonly calls: string[] = []

  constructor(readonly settings: object) {
    OwnLoader.last = this
  }

  load({ url }: PlaylistContext, _config: unknown, callbacks: PlaylistCallbacks): void {
    this.calls.push(`load ${url}`)
    this.callbacks = callbacks
  }

  abort(): void {
    this.calls.push('abort')
  }

  destroy(): void {
    this.calls.push('destroy')
  }
}

describe('the loader of playlists', () => {
  let answer: PlaylistAnswer | undefined
  let differs: boolean
  let settings: { loader: unknown; ignorePlaylistParsingErrors?: boolean }
  let heard: LoaderResponse[]
  let loader: PlaylistLoader
  const clock = new VirtualClock()
  clock.runUntil(5000)

  beforeEach(() => {
    answer = undefined
    differs = false
    settings = { loader: OwnLoader, ignorePlaylistParsingErrors: false }
    heard = []
    const desk = {
      playlistAnswer: () => answer,
      playlistPolled: (_context: PlaylistContext, polled: PlaylistAnswer) => ({
        ...polled,
        text: `${polled.text}, and more`,
        differs,
      }),
    }
    const Loader = playlistLoaderClass(OwnLoader, desk, clock)
    loader = new Loader(settings)
  })

  const load = (): void => loader.load(context, {}, { onSuccess: (response) => void heard.push(response) })

  it("lets the player's own loader ask the CDN, and gives what the desk makes of it", () => {
    load()
    deepEqual(OwnLoader.last?.calls, ['load https://cdn.example/v1.m3u8'])
    const { stats, callbacks } = OwnLoader.last
    callbacks?.onSuccess(
      { url: 'https://edge.example/v1.m3u8', data: 'text', code: 200 },
      stats,
      context,
      null,
    )
    deepEqual(heard, [{ url: 'https://edge.example/v1.m3u8', data: 'text, and more', code: 200 }])
  })

  it('has hls.js take what contradicts the playlist before, which was wrong, and only that', () => {
    const ignored: unknown[] = []
    for (const isOther of [true, false]) {
      differs = isOther
      const onSuccess = () => void ignored.push(settings.ignorePlaylistParsingErrors)
      loader.load(context, {}, { onSuccess })
      const { stats, callbacks } = OwnLoader.last ?? {}
      if (stats) callbacks?.onSuccess({ url: context.url, data: 'text', code: 200 }, stats, context, null)
    }
    deepEqual([...ignored, settings.ignorePlaylistParsingErrors], [true, false, false])
  })

  it('answers by itself where the desk can, as a near CDN would', () => {
    answer = { url: 'https://edge.example/v1.m3u8', text: 'told' }
    load()
    deepEqual(heard, [], 'not before load has returned')
    const start = clock.now()
    // hls.js's timers go off up to a millisecond early: an answer within that is followed by another poll.
    clock.runUntil(start + 1)
    deepEqual(heard, [])
    clock.runUntil(start + 20)
    deepEqual(heard, [{ url: 'https://edge.example/v1.m3u8', data: 'told', code: 200 }])
    deepEqual(OwnLoader.last?.calls, [])
    const { loading, total } = loader.stats
    equal(loading.start, start)
    ok(loading.end > start && loading.first === loading.end)
    equal(total, 4)
  })

  for (const end of ['abort', 'destroy'] as const) {
    it(`says nothing after ${end}`, () => {
      answer = { url: context.url, text: 'told' }
      load()
      loader[end]()
      clock.runUntil(clock.now() + 20)
      deepEqual(heard, [])
      deepEqual(OwnLoader.last?.calls, [end])
    })
  }
})
