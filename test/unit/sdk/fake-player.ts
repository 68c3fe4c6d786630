import type { HlsPlaylist } from '../../../client-sdk/src/player/hls-fragment.js'
import type { HlsMedia, HlsPlayer, HlsRendition } from '../../../client-sdk/src/player/hls-player.js'
import type { Loader, LoaderClass } from '../../../client-sdk/src/player/loader-contract.js'
import { contextOf, FakeLoader, fragmentOf, policy, recordingCallbacks } from '../player/fake-loader.js'

type Handler = (event: never, data: never) => void

/** Stands for an hls.js instance with one variant and one audio track; the test fires its events. */
export class FakePlayer implements HlsPlayer {
  readonly config: HlsPlayer['config'] = { loader: FakeLoader, fLoader: undefined, lowLatencyMode: true }
  media: HlsMedia | null = null
  userConfig: { startFragPrefetch?: boolean } = {}
  url: string | null = null
  loadLevel = 0
  levels: HlsRendition[] = [
    { attrs: { BANDWIDTH: '2500000', RESOLUTION: '1280x720' }, details: playlistOf([10, 11, 12]) },
  ]
  audioTracks: HlsRendition[] = [
    {
      attrs: { 'GROUP-ID': 'a', NAME: 'English', LANGUAGE: 'en' },
      details: playlistOf([10, 11, 12], 'audio'),
    },
  ]
  private readonly handlers = new Map<string, Set<Handler>>()

  on(event: string, handler: Handler): void {
    const known = this.handlers.get(event) ?? new Set()
    this.handlers.set(event, known.add(handler))
  }

  off(event: string, handler?: Handler): void {
    if (handler) this.handlers.get(event)?.delete(handler)
  }

  get listenerCount(): number {
    return [...this.handlers.values()].reduce((sum, handlers) => sum + handlers.size, 0)
  }

  fire(event: string, data: object = {}): void {
    for (const handler of [...(this.handlers.get(event) ?? [])]) handler(event as never, data as never)
  }

  /** As `hls.loadSource` and the answer of the CDN do. */
  open(url: string): void {
    this.url = url
    this.fire('hlsManifestLoading', { url })
    this.fire('hlsManifestLoaded', { url })
    this.fire('hlsLevelSwitching', { level: 0 })
    this.fire('hlsLevelUpdated', { level: 0, details: this.levels[0]?.details })
  }

  /** As hls.js's FragmentLoader does for a segment of the first variant. */
  load(changes: Parameters<typeof contextOf>[0] = {}): FakePlayerLoad {
    const settings = this.config
    const Class = (settings.fLoader ?? settings.loader) as LoaderClass
    const loader = new Class(settings)
    const record = recordingCallbacks()
    loader.load(contextOf(changes), policy, record.callbacks)
    return { loader, record }
  }
}

export interface FakePlayerLoad {
  readonly loader: Loader
  readonly record: ReturnType<typeof recordingCallbacks>
}

export function playlistOf(sequences: readonly number[], type = 'main'): HlsPlaylist {
  const fragments = sequences.map((sn) =>
    fragmentOf({ type, sn, start: sn * 2, url: `https://cdn.example/${type}-${sn}.ts?token=me` }),
  )
  return { live: true, fragments, m3u8: '#EXTM3U\n#EXT-X-DISCONTINUITY-SEQUENCE:3\n#EXTINF:2,\n' }
}
