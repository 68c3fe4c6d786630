import type { HlsFragment } from './hls-fragment.js'

/**
 * The contract between hls.js and a loader of media segments, as far as the SDK keeps it (hls.js 1.5 to 1.7,
 * src/types/loader.ts). Times are those of `performance.now()`, in milliseconds.
 */
export interface LoaderTiming {
  /** When the request was made; 0 before. */
  start: number
  /** When the first byte came; 0 before. */
  first: number
  /** When the last byte came; 0 before. */
  end: number
}

export interface LoaderStats {
  aborted: boolean
  /** Bytes so far. */
  loaded: number
  retry: number
  /** Bytes in all; 0 while unknown. */
  total: number
  /** Bits per second. */
  bwEstimate: number
  loading: LoaderTiming
}

export interface LoaderContext {
  readonly url: string
  readonly responseType: string
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly rangeStart?: number | undefined
  /** Exclusive; 0 or absent means the whole resource. */
  readonly rangeEnd?: number | undefined
  readonly frag: HlsFragment
  /** The LL-HLS part that is wanted instead of the whole fragment. */
  readonly part?: unknown
  /** The first 16 bytes are an initialisation vector, which hls.js cuts off. */
  readonly resetIV?: boolean | undefined
}

export interface LoaderConfiguration {
  readonly loadPolicy: { readonly maxTimeToFirstByteMs: number; readonly maxLoadTimeMs: number }
}

export interface LoaderResponse {
  readonly url: string
  readonly data?: unknown
  readonly code?: number
}

export interface LoaderCallbacks {
  onSuccess(response: LoaderResponse, stats: LoaderStats, context: LoaderContext, details: unknown): void
  onProgress?(stats: LoaderStats, context: LoaderContext, data: ArrayBuffer, details: unknown): void
  onError(
    error: { readonly code: number; readonly text: string },
    context: LoaderContext,
    details: unknown,
    stats: LoaderStats,
  ): void
  onTimeout(stats: LoaderStats, context: LoaderContext, details: unknown): void
  onAbort?(stats: LoaderStats, context: LoaderContext, details: unknown): void
}

export interface Loader {
  readonly context: LoaderContext | null
  readonly stats: LoaderStats
  load(context: LoaderContext, config: LoaderConfiguration, callbacks: LoaderCallbacks): void
  abort(): void
  destroy(): void
  getCacheAge?(): number | null
  getResponseHeader?(name: string): string | null
}

/** A loader as hls.js makes it: with the player's own settings. */
export type LoaderClass = new (settings: object) => Loader
