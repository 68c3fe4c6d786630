import { segmentDeadline } from '../../../client-sdk/src/player/deadline.js'
import type { Clock } from '../../../client-sdk/src/ports/clock.js'
import type { RenditionId } from '../../../protocol/ids.js'
import type { LiveStream } from './live-stream.js'

/** hls.js 1.7: `liveSyncDurationCount`. */
const liveSyncSegments = 3
/** hls.js 1.7: `maxBufferLength`, in ms. */
const bufferMsMax = 30_000
/** hls.js 1.7: `fragLoadPolicy` and `playlistLoadPolicy`, first pause after an error. */
const retryMs = 1000

/** A segment that the player wants. */
export interface SegmentOrder {
  readonly rendition: RenditionId
  readonly sequence: number
  /** When playback reaches it, as the SDK computes it. */
  readonly deadline: number
}

/** What the player's requests go through, and who hears of it. */
export interface PlayerSurroundings {
  /** Time of media passes by this clock; a hidden tab's timers come late. */
  readonly clock: Clock
  /** Sets the player's timers. */
  readonly timers: Clock
  readonly stream: LiveStream
  /** How long a playlist takes now; undefined: it fails. */
  playlistMs(): number | undefined
  playlistSeen(rendition: RenditionId): void
  order(order: SegmentOrder): void
  /** The segment now ends up in the buffer. `leadMs` is how long before it would have been late. */
  appended(sequence: number, leadMs: number): void
}

/**
 * hls.js as it plays live: starts three segments behind the edge, loads one segment at a time, and reloads its playlist
 * a segment length after it last changed, half of that after it had not changed (1.7.4, `computeReloadInterval`). Counts
 * its stalls. It never speeds up to catch up, as hls.js does not by default.
 */
export class VirtualPlayer {
  stalls = 0
  stalledMs = 0
  /** Segments that left the playlist before they were loaded. */
  skipped = 0
  /** Time from the start to the first segment in the buffer. */
  startUpMs: number | undefined
  private state: 'new' | 'playing' | 'stopped' = 'new'
  private startedAt = 0
  private nextSequence: number | undefined
  private newestListed = -1
  private waiting: SegmentOrder | undefined
  private reloadAt = 0
  /** Media time in ms: the end of what is buffered, and where playback stood at `playedAt`. */
  private bufferEnd = 0
  private position = 0
  private playedAt: number | undefined

  constructor(
    private current: RenditionId,
    private readonly surroundings: PlayerSurroundings,
  ) {}

  get rendition(): RenditionId {
    return this.current
  }

  /** Media ahead of the playhead, in ms. */
  get bufferMs(): number {
    return this.bufferEnd - this.playhead()
  }

  /** How far behind the live edge playback is, in ms; undefined before it began. */
  get latencyMs(): number | undefined {
    return this.playedAt === undefined ? undefined : this.now - this.playhead()
  }

  /** Waits for media now, having played before. */
  get isStalled(): boolean {
    return this.playedAt !== undefined && this.lateMs() > 0
  }

  start(): void {
    this.state = 'playing'
    this.startedAt = this.now
    this.reloadAt = this.now
    this.reload()
  }

  /** Ends playback; a stall that still lasts is counted. */
  stop(): void {
    if (this.isStalled) this.countStall()
    this.state = 'stopped'
  }

  /** Loads this rendition from the next segment on. */
  switchTo(rendition: RenditionId): void {
    this.current = rendition
  }

  /** The order was carried out: the next one follows at once. */
  loaded(order: SegmentOrder): void {
    if (this.waiting !== order) return
    this.waiting = undefined
    this.append(order.sequence)
    this.nextSequence = order.sequence + 1
    this.later(0, () => this.load())
  }

  failed(order: SegmentOrder): void {
    if (this.waiting !== order) return
    this.waiting = undefined
    this.later(retryMs, () => this.load())
  }

  private get now(): number {
    return this.surroundings.clock.now()
  }

  private later(ms: number, act: () => void): void {
    const { timers } = this.surroundings
    timers.wake(timers.now() + ms, () => {
      if (this.state === 'playing') act()
    })
  }

  private reload(): void {
    const { clock, stream } = this.surroundings
    const takesMs = this.surroundings.playlistMs()
    if (takesMs === undefined) {
      this.later(retryMs, () => this.reload())
      return
    }
    const newest = stream.newestAt(clock.now() + takesMs / 2)
    clock.wake(clock.now() + takesMs, () => {
      if (this.state === 'playing') this.playlistCame(newest)
    })
  }

  private playlistCame(newest: number): void {
    const { stream } = this.surroundings
    const intervalMs = newest > this.newestListed ? stream.segmentMs : stream.segmentMs / 2
    if (newest > this.newestListed) {
      this.newestListed = newest
      this.nextSequence ??= Math.max(0, newest - liveSyncSegments + 1)
      const oldest = Math.max(0, newest - stream.windowSegments + 1)
      if (this.waiting === undefined && this.nextSequence < oldest) this.skipTo(newest)
      this.surroundings.playlistSeen(this.current)
      this.load()
    }
    if (this.reloadAt + intervalMs < this.now) this.reloadAt = this.now
    else if (this.reloadAt <= this.now) this.reloadAt += intervalMs
    this.later(Math.max(0, this.reloadAt - this.now), () => this.reload())
  }

  private skipTo(newest: number): void {
    const next = Math.max(0, newest - liveSyncSegments + 1)
    this.skipped += next - (this.nextSequence ?? next)
    this.nextSequence = next
  }

  private load(): void {
    if (this.waiting !== undefined || this.nextSequence === undefined) return
    if (this.nextSequence > this.newestListed || this.bufferMs > bufferMsMax) return
    const sequence = this.nextSequence
    const start = (sequence * this.surroundings.stream.segmentMs) / 1000
    const deadline = segmentDeadline(this.now, start, {
      playbackRate: 1,
      currentTime: this.playhead() / 1000,
      buffered: { length: 1, start: () => this.position / 1000, end: () => this.bufferEnd / 1000 },
    })
    this.waiting = { rendition: this.current, sequence, deadline }
    this.surroundings.order(this.waiting)
  }

  private append(sequence: number): void {
    const { segmentMs } = this.surroundings.stream
    this.startUpMs ??= this.now - this.startedAt
    const leadMs = this.playedAt === undefined ? 0 : this.bufferMs - this.lateMs()
    if (this.playedAt === undefined) this.playFrom(sequence * segmentMs)
    else if (this.lateMs() > 0) {
      this.countStall()
      this.playFrom(sequence * segmentMs)
    } else if (sequence * segmentMs > this.bufferEnd) this.playFrom(sequence * segmentMs)
    this.bufferEnd = (sequence + 1) * segmentMs
    this.surroundings.appended(sequence, leadMs)
  }

  private playFrom(position: number): void {
    this.position = position
    this.playedAt = this.now
  }

  private countStall(): void {
    this.stalls += 1
    this.stalledMs += this.lateMs()
  }

  /** For how long playback has been out of media. */
  private lateMs(): number {
    return this.playedAt === undefined
      ? 0
      : Math.max(0, this.position + this.now - this.playedAt - this.bufferEnd)
  }

  private playhead(): number {
    if (this.playedAt === undefined) return this.bufferEnd
    return Math.min(this.bufferEnd, this.position + this.now - this.playedAt)
  }
}
