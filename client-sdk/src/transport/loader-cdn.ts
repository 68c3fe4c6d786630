import type { HlsConfig, Loader, LoaderConfiguration, LoaderContext } from 'hls.js'
import { segmentBytesMax } from '../../../protocol/limits.js'
import type { FetchFailure } from '../engine/inputs.js'
import type { CdnListener, CdnPort, CdnRequest } from '../ports/cdn.js'
import { rangeHeader, wantedRange } from './byte-range.js'

/** A loader as hls.js makes them: its own, or the site's `loader` or `fLoader`. */
export type LoaderClass = new (config: HlsConfig) => Loader<LoaderContext>

export interface LoaderCdnOptions {
  readonly loader: LoaderClass
  /** The player's configuration, from which the loader takes `xhrSetup` and the like. */
  readonly config: HlsConfig
  /**
   * True for hls.js's own loaders, which pass the response's status on: only then can a partial answer be told
   * from a whole one, and parts be asked for. Else segments are always loaded whole.
   */
  readonly tellsStatus: boolean
  /** Further fields of the loader's context, for loaders that want to know the fragment. */
  readonly describe?: (request: CdnRequest) => object
}

/** The engine decides how long to wait; the loader's own limit is only a last resort. */
const loaderTimeoutMs = 600_000

/** The CDN through a loader class, for sites that configured `xhrSetup` or a loader of their own: whole responses. */
export function loaderCdn(options: LoaderCdnOptions): CdnPort {
  return {
    fetch(request, listener) {
      const load = new LoaderFetch(request, listener, options)
      load.start()
      return load
    },
  }
}

class LoaderFetch {
  private state: 'loading' | 'done' = 'loading'
  private loader: Loader<LoaderContext> | undefined

  constructor(
    private readonly request: CdnRequest,
    private readonly listener: CdnListener,
    private readonly options: LoaderCdnOptions,
  ) {}

  start(): void {
    try {
      this.loader = new this.options.loader(this.options.config)
      this.loader.load(this.context(), configuration, {
        onSuccess: (response) => this.handleSuccess(response.data, response.code),
        onError: (error) => this.fail(failureOf(error.code)),
        onTimeout: () => this.fail({ kind: 'timeout' }),
        onAbort: () => this.fail({ kind: 'network' }),
      })
    } catch {
      // A site's loader may fail at once: told in a microtask, since the caller does not hold this yet.
      queueMicrotask(() => this.fail({ kind: 'network' }))
    }
  }

  /** The listener hears nothing more. Idempotent. */
  abort(): void {
    if (this.state === 'done') return
    this.state = 'done'
    try {
      this.loader?.abort()
      this.loader?.destroy()
    } catch {
      // Nothing is left that a site's loader could break.
    }
  }

  private context(): LoaderContext {
    const { source } = this.request
    const asked = this.options.tellsStatus ? this.request : wholeOf(this.request)
    const range = wantedRange(asked)
    const headers = { ...source.headers }
    // hls.js's loaders send no Range without an end.
    if (range && range.end === undefined) headers['Range'] = rangeHeader(range)
    return {
      ...this.options.describe?.(this.request),
      url: source.url,
      responseType: 'arraybuffer',
      ...(Object.keys(headers).length === 0 ? {} : { headers }),
      ...(range?.end === undefined ? {} : { rangeStart: range.start, rangeEnd: range.end }),
    } as LoaderContext
  }

  private handleSuccess(data: unknown, status: number | undefined): void {
    if (this.state === 'done') return
    if (!(data instanceof ArrayBuffer) || data.byteLength > segmentBytesMax) {
      this.fail({ kind: 'network' })
      return
    }
    const partial = this.options.tellsStatus && status === 206
    const { offset, bytes } = this.locate(new Uint8Array(data), partial)
    this.listener.started(offset, bytes.length)
    if (this.isLoading && bytes.length > 0) this.listener.progressed(bytes)
    if (!this.isLoading) return
    const { resourceRange } = this.request
    if (!partial && resourceRange && bytes.length < resourceRange.end - resourceRange.start) {
      this.fail({ kind: 'truncated' })
      return
    }
    this.abort()
    this.listener.ended()
  }

  private get isLoading(): boolean {
    return this.state === 'loading'
  }

  /** Which bytes of the segment the answer holds. */
  private locate(bytes: Uint8Array, partial: boolean): { offset: number; bytes: Uint8Array } {
    const { from, to, resourceRange: range } = this.request
    if (partial) return { offset: from, bytes: to === undefined ? bytes : bytes.subarray(0, to - from) }
    const segmentBytes = range ? range.end - range.start : undefined
    // A loader that honours a range returns just that; one that ignores it returns the resource.
    if (!range || bytes.length === segmentBytes) return { offset: 0, bytes }
    return { offset: 0, bytes: bytes.subarray(range.start, range.end) }
  }

  private fail(failure: FetchFailure): void {
    if (this.state === 'done') return
    this.abort()
    this.listener.failed(failure)
  }
}

/** The same segment from its first byte to its last. */
function wholeOf({ source, resourceRange }: CdnRequest): CdnRequest {
  return { source, from: 0, ...(resourceRange ? { resourceRange } : {}) }
}

function failureOf(status: number): FetchFailure {
  if (status === 416) return { kind: 'beyond-end' }
  return status >= 300 ? { kind: 'status', status } : { kind: 'network' }
}

const configuration: LoaderConfiguration = {
  loadPolicy: {
    maxTimeToFirstByteMs: loaderTimeoutMs,
    maxLoadTimeMs: loaderTimeoutMs,
    timeoutRetry: null,
    errorRetry: null,
  },
  maxRetry: 0,
  timeout: loaderTimeoutMs,
  retryDelay: 0,
  maxRetryDelay: 0,
}
