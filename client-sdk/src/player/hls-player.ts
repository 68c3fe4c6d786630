import type { HlsPlaylist } from './hls-fragment.js'

/** A variant or an audio track as the multivariant playlist describes it. */
export interface HlsRendition {
  /** Attributes of EXT-X-STREAM-INF or EXT-X-MEDIA as written; empty for a bare media playlist. */
  readonly attrs: object
  readonly details?: HlsPlaylist | undefined
}

/** What the SDK reads of the media element. */
export interface HlsMedia {
  readonly currentTime: number
  readonly playbackRate: number
  readonly buffered: { readonly length: number; start(index: number): number; end(index: number): number }
  readonly readyState?: number
  addEventListener?(event: string, listener: () => void): void
  removeEventListener?(event: string, listener: () => void): void
}

/** The settings of an hls.js instance that the SDK reads; it changes `fLoader` and `pLoader`, and `startFragPrefetch` at a start. */
export interface HlsSettings {
  loader: unknown
  fLoader?: unknown
  pLoader?: unknown
  xhrSetup?: unknown
  fetchSetup?: unknown
  lowLatencyMode?: boolean
  startFragPrefetch?: boolean
  ignorePlaylistParsingErrors?: boolean | undefined
}

/**
 * What Prismesh uses of an hls.js instance. Every `Hls` of version 1.5 or newer has it, so pass yours as it is; the
 * shape is spelled out here so that the SDK's types do not depend on the version of hls.js that a page installed.
 */
export interface HlsPlayer {
  readonly config: HlsSettings
  /** What the page gave to the constructor. */
  readonly userConfig?: object & { readonly startFragPrefetch?: boolean | undefined }
  readonly media: HlsMedia | null
  readonly levels: readonly HlsRendition[]
  readonly audioTracks: readonly HlsRendition[]
  /** What `loadSource` was called with, as an absolute URL; null before. */
  readonly url?: string | null
  /** Index of the variant being loaded. */
  readonly loadLevel?: number
  /** Seconds behind the live edge; 0 while unknown. */
  readonly latency?: number
  on(event: string, listener: (event: never, data: never) => void): void
  off(event: string, listener?: (event: never, data: never) => void): void
}

/** True for something that has the parts of an hls.js instance which Prismesh needs. */
export function isHlsPlayer(value: unknown): value is HlsPlayer {
  if (typeof value !== 'object' || value === null) return false
  const { config, on, off } = value as Partial<Record<keyof HlsPlayer, unknown>>
  if (typeof on !== 'function' || typeof off !== 'function') return false
  return typeof config === 'object' && config !== null && 'loader' in config
}
