import type {
  Loader,
  LoaderCallbacks,
  LoaderConfiguration,
  LoaderContext,
  LoaderStats,
} from '../../../client-sdk/src/player/loader-contract.js'

/** What an original loader was asked, and the means to answer. */
export interface FakeLoad {
  readonly context: LoaderContext
  readonly config: LoaderConfiguration
  readonly callbacks: LoaderCallbacks
  readonly stats: LoaderStats
}

/** Of a loader that was not used yet, as hls.js makes them. */
export function freshStats(): LoaderStats {
  return {
    aborted: false,
    loaded: 0,
    retry: 0,
    total: 0,
    bwEstimate: 0,
    loading: { start: 0, first: 0, end: 0 },
  }
}

/** Stands for hls.js's XhrLoader: same stats, same refusal to be used twice, answers when the test says so. */
export class FakeLoader implements Loader {
  static readonly made: FakeLoader[] = []
  context: LoaderContext | null = null
  readonly stats = freshStats()
  request: FakeLoad | undefined
  state: 'new' | 'loading' | 'aborted' | 'destroyed' = 'new'

  constructor(readonly settings: object) {
    FakeLoader.made.push(this)
  }

  load(context: LoaderContext, config: LoaderConfiguration, callbacks: LoaderCallbacks): void {
    if (this.stats.loading.start) throw new Error('Loader can only be used once.')
    this.stats.loading.start = 1
    this.state = 'loading'
    this.context = context
    this.request = { context, config, callbacks, stats: this.stats }
  }

  abort(): void {
    this.state = 'aborted'
    this.stats.aborted = true
    if (this.request) this.request.callbacks.onAbort?.(this.stats, this.request.context, null)
  }

  destroy(): void {
    this.state = 'destroyed'
  }

  getCacheAge(): number {
    return 7
  }

  getResponseHeader(name: string): string {
    return `value of ${name}`
  }

  succeed(bytes: number): void {
    const { request, stats } = this
    if (!request) throw new Error('nothing is being loaded')
    stats.loaded = stats.total = bytes
    const response = { url: request.context.url, data: new ArrayBuffer(bytes), code: 200 }
    request.callbacks.onSuccess(response, stats, request.context, null)
  }
}

/** Writes down which callbacks were called, in order. */
export function recordingCallbacks(): {
  readonly calls: string[]
  readonly callbacks: LoaderCallbacks
  data: ArrayBuffer | undefined
} {
  const record = {
    calls: [] as string[],
    data: undefined as ArrayBuffer | undefined,
    callbacks: {
      onSuccess: (response) => {
        record.calls.push(`success ${response.code}`)
        record.data = response.data as ArrayBuffer
      },
      onProgress: (_stats, _context, data) => void record.calls.push(`progress ${data.byteLength}`),
      onError: ({ code, text }) => void record.calls.push(`error ${code} ${text}`.trim()),
      onTimeout: () => void record.calls.push('timeout'),
      onAbort: () => void record.calls.push('abort'),
    } satisfies LoaderCallbacks,
  }
  return record
}

export const policy: LoaderConfiguration = {
  loadPolicy: { maxTimeToFirstByteMs: 10_000, maxLoadTimeMs: 20_000 },
}

/** A load of a whole media segment of the first variant, as hls.js would ask for it. */
export function contextOf(changes: Partial<LoaderContext> = {}): LoaderContext {
  return {
    url: 'https://cdn.example/seg-12.ts?token=me',
    responseType: 'arraybuffer',
    headers: {},
    rangeStart: 0,
    rangeEnd: 0,
    part: null,
    frag: fragmentOf(),
    ...changes,
  }
}

export function fragmentOf(changes: Partial<LoaderContext['frag']> = {}): LoaderContext['frag'] {
  return {
    type: 'main',
    sn: 12,
    cc: 3,
    level: 0,
    start: 24,
    duration: 2,
    url: 'https://cdn.example/seg-12.ts?token=me',
    ...changes,
  }
}
