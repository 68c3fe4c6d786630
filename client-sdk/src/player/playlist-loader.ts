import type { Clock } from '../ports/clock.js'
import type { HlsSettings } from './hls-player.js'
import { installLoader } from './install-loader.js'
import type { LoaderResponse, LoaderStats } from './loader-contract.js'
import type { PlaylistAnswer } from './playlist-sharing.js'

/** A load of a playlist (hls.js 1.5 to 1.7, `PlaylistLoaderContext`). */
export interface PlaylistContext {
  readonly url: string
  /** `manifest`, `level`, `audioTrack` or `subtitleTrack`. */
  readonly type: string
  /** Index into `hls.levels` of a `level`. */
  readonly level?: number | null
  /** Index into `hls.audioTracks` of an `audioTrack`. */
  readonly id?: number | null
  /** LL-HLS: what the CDN is to wait for, or to leave out. */
  readonly deliveryDirectives?: unknown
}

export interface PlaylistCallbacks {
  onSuccess(response: LoaderResponse, stats: LoaderStats, context: PlaylistContext, details: unknown): void
}

/** What is used of hls.js's contract of a loader of playlists. */
export interface PlaylistLoader {
  readonly stats: LoaderStats
  load(context: PlaylistContext, config: unknown, callbacks: PlaylistCallbacks): void
  abort(): void
  destroy(): void
}

export type PlaylistLoaderClass = new (settings: HlsSettings) => PlaylistLoader

/** Where loaders of playlists ask whether the CDN is needed. */
export interface PlaylistDesk {
  /** Undefined: it is. */
  playlistAnswer(context: PlaylistContext): PlaylistAnswer | undefined
  /** What the CDN said. Returns what the player is to be given. */
  playlistPolled(context: PlaylistContext, answer: PlaylistAnswer): PlaylistAnswer
}

/** Puts the SDK's loader of playlists into an hls.js instance; returns what takes it out again. */
export function installPlaylistLoader(settings: HlsSettings, desk: PlaylistDesk, clock: Clock): () => void {
  const original = (settings.pLoader ?? settings.loader) as PlaylistLoaderClass
  return installLoader(settings, 'pLoader', playlistLoaderClass(original, desk, clock))
}

/**
 * How long an answer takes that the CDN was spared. Timers of browsers drop parts of milliseconds, so hls.js may poll that
 * much before the time that it has planned; an answer which is there by then makes it poll once more, and, with no news
 * then, change its rhythm.
 */
const answerMs = 5

/** The player's own loader of playlists, which answers by itself where the desk can, and asks the CDN otherwise. */
export function playlistLoaderClass(
  Original: PlaylistLoaderClass,
  desk: PlaylistDesk,
  clock: Clock,
): PlaylistLoaderClass {
  return class PrismeshPlaylistLoader extends Original {
    private cancelAnswer = (): void => {}

    constructor(private readonly settings: HlsSettings) {
      super(settings)
    }

    override load(context: PlaylistContext, config: unknown, callbacks: PlaylistCallbacks): void {
      const answer = desk.playlistAnswer(context)
      if (answer === undefined) {
        const onSuccess: PlaylistCallbacks['onSuccess'] = (response, ...rest) => {
          const { url, data } = response
          const given =
            typeof data === 'string' ? desk.playlistPolled(context, { url, text: data }) : undefined
          const { settings } = this
          const before = settings.ignorePlaylistParsingErrors
          // hls.js gives up a playlist in which a segment has another URI than before: here it had a wrong one.
          settings.ignorePlaylistParsingErrors = given?.differs || before
          callbacks.onSuccess({ ...response, data: given?.text ?? data }, ...rest)
          settings.ignorePlaylistParsingErrors = before
        }
        super.load(context, config, { ...callbacks, onSuccess })
        return
      }
      const start = clock.now()
      this.cancelAnswer = clock.wake(start + answerMs, () => {
        const { stats } = this
        const now = clock.now()
        stats.loading = { start, first: now, end: now }
        stats.loaded = stats.total = answer.text.length
        callbacks.onSuccess({ url: answer.url, data: answer.text, code: 200 }, stats, context, null)
      })
    }

    override abort(): void {
      this.cancelAnswer()
      super.abort()
    }

    override destroy(): void {
      this.cancelAnswer()
      super.destroy()
    }
  }
}
