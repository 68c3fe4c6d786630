import type { CdnListener, CdnPort, CdnRequest } from '../../../client-sdk/src/ports/cdn.js'
import { blockBytes } from '../../../protocol/block.js'
import { SegmentBodies } from './segment-bodies.js'
import type { VirtualClock } from './virtual-clock.js'

export interface VirtualCdnShape {
  readonly firstByteMs: number
  /** Of every response, whatever else the same viewer fetches. */
  readonly bytesPerSecond: number
  /** Of every segment, or of each by its URL. */
  readonly segmentBytes: number | ((url: string) => number)
  /** True at a moment when the CDN answers 503. */
  readonly broken?: (now: number) => boolean
  /** Whether it answers so for playlists, too. Default: no. */
  readonly breaksPlaylists?: boolean
  /** What part of its rate the CDN gives at a moment; 1 where absent. */
  readonly rateShare?: (now: number) => number
  /** Share of responses cut off half-way, at a moment; drawn from `random`. */
  readonly truncateShare?: number | ((now: number) => number)
  readonly ignoresRange?: boolean
  readonly random?: () => number
}

/** A CDN in virtual time that counts what it sends, by URL. */
export class VirtualCdn implements CdnPort {
  readonly bytesByUrl = new Map<string, number>()
  readonly bodies: SegmentBodies
  /** Requests under way. */
  active = 0
  requests = 0
  bytesSent = 0

  constructor(
    private readonly clock: VirtualClock,
    private readonly shape: VirtualCdnShape,
  ) {
    const { segmentBytes } = shape
    this.bodies = new SegmentBodies(typeof segmentBytes === 'number' ? () => segmentBytes : segmentBytes)
  }

  /** How long a playlist takes, being small; undefined while it fails. */
  get playlistMs(): number | undefined {
    const { breaksPlaylists, broken, firstByteMs } = this.shape
    return breaksPlaylists === true && broken?.(this.clock.now()) === true ? undefined : firstByteMs
  }

  fetch(request: CdnRequest, listener: CdnListener): { abort(): void } {
    this.requests += 1
    this.active += 1
    const response = new Response(request, listener, this.clock, this.bodies, this.shape, {
      sent: (bytes) => {
        const { url } = request.source
        this.bytesSent += bytes
        this.bytesByUrl.set(url, (this.bytesByUrl.get(url) ?? 0) + bytes)
      },
      over: () => (this.active -= 1),
    })
    return { abort: () => response.abort() }
  }
}

/** One answer, from the request to its last byte. */
class Response {
  private state: 'open' | 'over' = 'open'
  private cancel: () => void
  private at = 0
  private end = 0
  private cut = false

  constructor(
    private readonly request: CdnRequest,
    private readonly listener: CdnListener,
    private readonly clock: VirtualClock,
    private readonly bodies: SegmentBodies,
    private readonly shape: VirtualCdnShape,
    private readonly books: { sent(bytes: number): void; over(): void },
  ) {
    this.cancel = clock.wake(clock.now() + shape.firstByteMs, () => this.begin())
  }

  abort(): void {
    if (this.state === 'over') return
    this.close()
    this.cancel()
  }

  private begin(): void {
    const { shape, request, listener } = this
    const now = this.clock.now()
    if (shape.broken?.(now) === true) {
      this.close()
      listener.failed({ kind: 'status', status: 503 })
      return
    }
    const length = this.bodies.lengthOf(request.source.url)
    this.at = shape.ignoresRange === true ? 0 : request.from
    const to = shape.ignoresRange === true ? length : Math.min(request.to ?? length, length)
    if (this.at >= length) {
      this.close()
      listener.failed({ kind: 'beyond-end' })
      return
    }
    const { truncateShare = 0 } = shape
    const share = typeof truncateShare === 'number' ? truncateShare : truncateShare(now)
    this.cut = (shape.random?.() ?? 1) < share
    this.end = this.cut ? this.at + Math.floor((to - this.at) / 2) : to
    listener.started(this.at, to - this.at)
    if (this.isOpen()) this.sendNext()
  }

  /** One block at most, and never across two: so whole blocks are told of as they are kept. */
  private sendNext(): void {
    const next = Math.min((Math.floor(this.at / blockBytes) + 1) * blockBytes, this.end)
    const now = this.clock.now()
    const bytesPerSecond = this.shape.bytesPerSecond * (this.shape.rateShare?.(now) ?? 1)
    this.cancel = this.clock.wake(now + ((next - this.at) * 1000) / bytesPerSecond, () => this.send(next))
  }

  private send(next: number): void {
    const from = this.at
    this.at = next
    if (next > from) {
      this.books.sent(next - from)
      this.listener.progressed(this.bodies.part(this.request.source.url, from, next))
    }
    if (!this.isOpen()) return
    if (next < this.end) {
      this.sendNext()
      return
    }
    this.close()
    if (this.cut) this.listener.failed({ kind: 'truncated' })
    else this.listener.ended()
  }

  private isOpen(): boolean {
    return this.state === 'open'
  }

  private close(): void {
    this.state = 'over'
    this.books.over()
  }
}
