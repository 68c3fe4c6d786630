import type { FetchFailure } from '../engine/inputs.js'
import type { CdnListener, CdnPort, CdnRequest } from '../ports/cdn.js'
import { contentRangeStart, rangeHeader, wantedRange, type ByteRange } from './byte-range.js'
import { BodyCutter, type BodyWindow } from './fetch-body.js'

export interface HttpCdnOptions {
  /** The site's way to change a request (credentials, signed headers), like hls.js's option of this name. */
  readonly fetchSetup?: (url: string, init: RequestInit) => Request | Promise<Request>
  /** The platform's, unless a test brings its own. */
  readonly fetch?: typeof globalThis.fetch
}

/**
 * The CDN over `fetch`, with bodies read as they come. Never throws: a bad address, a hook that fails and a broken
 * connection are all told to the listener.
 */
export function httpCdn(options: HttpCdnOptions = {}): CdnPort {
  return {
    fetch(request, listener) {
      const fetching = new HttpFetch(request, listener, options)
      void fetching.run()
      return fetching
    },
  }
}

class HttpFetch {
  private state: 'asking' | 'reading' | 'done' = 'asking'
  private readonly aborter = new AbortController()

  constructor(
    private readonly request: CdnRequest,
    private readonly listener: CdnListener,
    private readonly options: HttpCdnOptions,
  ) {}

  async run(): Promise<void> {
    const range = wantedRange(this.request)
    if (range?.end !== undefined && range.end <= range.start) {
      this.fail({ kind: 'beyond-end' })
      return
    }
    let response: Response
    try {
      response = await this.ask(range)
    } catch {
      this.fail({ kind: 'network' })
      return
    }
    if (this.state === 'done') return
    const failure = refusal(response, range)
    if (failure) {
      this.fail(failure)
      return
    }
    await this.read(response, range !== undefined && response.status === 206)
  }

  /** The listener hears nothing more. Idempotent. */
  abort(): void {
    this.state = 'done'
    this.aborter.abort()
  }

  private async ask(range: ByteRange | undefined): Promise<Response> {
    const { fetch = globalThis.fetch, fetchSetup } = this.options
    const { url, headers } = this.request.source
    const init: RequestInit = {
      headers: withRange(headers ?? {}, range),
      signal: this.aborter.signal,
      cache: range ? rangeCacheMode : 'default',
    }
    const asked = fetchSetup ? await fetchSetup(url, init) : url
    // The hook may have left the signal out.
    return await fetch(asked, typeof asked === 'string' ? init : { signal: this.aborter.signal })
  }

  private async read(response: Response, ranged: boolean): Promise<void> {
    this.state = 'reading'
    const window = ranged ? rangedWindow(this.request, response) : wholeWindow(this.request, response)
    const cutter = new BodyCutter(window)
    this.listener.started(ranged ? this.request.from : 0, window.required)
    const reader = response.body?.getReader()
    while (this.isReading && reader) {
      let chunk: Uint8Array | undefined
      try {
        chunk = (await reader.read()).value
      } catch {
        this.fail({ kind: 'truncated' })
        return
      }
      if (!this.isReading) return
      if (chunk === undefined) break
      this.handleChunk(cutter, chunk)
      if (cutter.filled) {
        reader.cancel().catch(() => undefined)
        break
      }
    }
    if (!this.isReading) return
    if (cutter.whole) this.finish()
    else this.fail({ kind: 'truncated' })
  }

  private handleChunk(cutter: BodyCutter, chunk: Uint8Array): void {
    const part = cutter.take(chunk)
    if (cutter.tooLong) this.fail({ kind: 'network' })
    else if (part.length > 0) this.listener.progressed(part)
  }

  private get isReading(): boolean {
    return this.state === 'reading'
  }

  private finish(): void {
    this.state = 'done'
    this.listener.ended()
  }

  private fail(failure: FetchFailure): void {
    if (this.state === 'done') return
    this.abort()
    this.listener.failed(failure)
  }
}

/**
 * Parts of one resource go past the browser's cache. Chromium 156 lets the requests for a cacheable URL in one by
 * one, and sends some twice: of three at once, to a server that writes every 200 ms, the second and third reached
 * it at 370 and 570 ms, and again at 600 and 770 ms; with this mode all three came at 23 ms, once.
 */
const rangeCacheMode: RequestCache = 'no-store'

function withRange(headers: Readonly<Record<string, string>>, range: ByteRange | undefined): Headers {
  const merged = new Headers(headers)
  merged.delete('range')
  if (range) merged.set('range', rangeHeader(range))
  return merged
}

/** Why the response is of no use, if so. Where Content-Range can be read, it must begin where the request did. */
function refusal(response: Response, range: ByteRange | undefined): FetchFailure | undefined {
  if (response.status === 416) return { kind: 'beyond-end' }
  if (response.status === 200) return undefined
  if (response.status !== 206) return { kind: 'status', status: response.status }
  const start = contentRangeStart(response.headers.get('content-range')) ?? range?.start
  return start === (range?.start ?? 0) ? undefined : { kind: 'network' }
}

/** The body of a 206: what was asked for, and no more of it even if the server sends more. */
function rangedWindow(request: CdnRequest, response: Response): BodyWindow {
  const length = bodyLength(response)
  const segmentBytes = request.resourceRange && request.resourceRange.end - request.resourceRange.start
  const to = Math.min(request.to ?? Infinity, segmentBytes ?? Infinity)
  const end = to === Infinity ? undefined : to - request.from
  const required = segmentBytes === undefined ? length && Math.min(length, end ?? length) : end
  return { start: 0, ...(end === undefined ? {} : { end }), ...(required === undefined ? {} : { required }) }
}

/** The body of a 200: the whole resource, of which the segment may be a part. */
function wholeWindow(request: CdnRequest, response: Response): BodyWindow {
  const part = request.resourceRange
  if (part) return { start: part.start, end: part.end, required: part.end - part.start }
  const required = bodyLength(response)
  return { start: 0, ...(required === undefined ? {} : { required }) }
}

/** Content-Length, unless it counts compressed bytes. Across origins it can be read, Content-Encoding cannot. */
function bodyLength(response: Response): number | undefined {
  if (response.headers.get('content-encoding')) return undefined
  const text = response.headers.get('content-length') ?? ''
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
