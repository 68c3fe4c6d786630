import type { MemberId, RenditionId } from '../../../protocol/ids.js'
import type { RosterEntry } from '../../../protocol/member.js'
import type { SegmentIdentity } from '../../../protocol/segment-key.js'
import { EngineDriver, type PlayerListener } from '../../../client-sdk/src/driver.js'
import type { FetchFailure, ListedSegment, WantId } from '../../../client-sdk/src/engine/inputs.js'
import type { Delivery } from '../../../client-sdk/src/engine/outputs.js'
import type { VirtualCdn } from './virtual-cdn.js'
import type { VirtualClock } from './virtual-clock.js'
import { VirtualUplink } from './virtual-link.js'

export interface LiveShape {
  readonly segmentMs: number
  readonly windowSegments: number
  readonly rendition: RenditionId
}

/** What hls.js keeps between the live edge and the playhead by default. */
const liveSyncSegments = 3
const retryMs = 1000

/**
 * A viewer modelled after hls.js as it behaves live: polls its playlist every segment duration at a phase of its own,
 * starts three segments behind the edge, loads one segment at a time, plays, and counts its stalls.
 */
export class VirtualViewer implements PlayerListener {
  readonly driver: EngineDriver
  readonly uplink: VirtualUplink
  readonly delivered: { sequence: number; at: number; bornAt: number; delivery: Delivery }[] = []
  readonly failures: FetchFailure[] = []
  readonly faults: unknown[] = []
  stalls = 0
  corrupt = 0
  private wants = 0
  private waiting: { want: WantId; sequence: number } | undefined
  private nextSequence: number | undefined
  private newestListed = -1
  /** Media time in ms: the end of what is buffered, and where playback stood at `playedAt`. */
  private bufferEnd = 0
  private position = 0
  private playedAt: number | undefined
  private stopped = false

  constructor(
    readonly member: MemberId,
    private readonly clock: VirtualClock,
    private readonly cdn: VirtualCdn,
    private readonly live: LiveShape,
    options: {
      uplinkBytesPerSecond: number
      uploadBytesPerSecondMax: number
      cacheBytesMax?: number
    },
  ) {
    this.uplink = new VirtualUplink(clock, options.uplinkBytesPerSecond)
    this.driver = new EngineDriver(
      {
        self: member,
        cacheBytesMax: options.cacheBytesMax ?? 64 * 1024 * 1024,
        uploadBytesPerSecondMax: options.uploadBytesPerSecondMax,
      },
      { clock, cdn, player: this, fault: (error) => this.faults.push(error) },
    )
  }

  /** Starts playing now; polls at this moment and then every segment duration. */
  start(): void {
    this.driver.tell({ kind: 'rendition-followed', rendition: this.live.rendition })
    this.poll()
  }

  stop(): void {
    this.stopped = true
    this.driver.close()
  }

  roster(members: readonly RosterEntry[]): void {
    this.driver.tell({ kind: 'roster-changed', members })
  }

  progress(): void {}

  deliver(want: WantId, blocks: readonly Uint8Array[], totalBytes: number, delivery: Delivery): void {
    const waiting = this.waiting
    if (waiting?.want !== want) return
    this.waiting = undefined
    const { sequence } = waiting
    if (!this.matches(sequence, blocks, totalBytes)) this.corrupt += 1
    this.delivered.push({ sequence, at: this.clock.now(), bornAt: this.bornAt(sequence), delivery })
    this.append(sequence)
    this.nextSequence = sequence + 1
    this.clock.wake(this.clock.now(), () => this.load())
  }

  fail(want: WantId, failure: FetchFailure): void {
    if (this.waiting?.want !== want) return
    this.waiting = undefined
    this.failures.push(failure)
    this.clock.wake(this.clock.now() + retryMs, () => this.load())
  }

  private poll(): void {
    if (this.stopped) return
    const newest = Math.floor(this.clock.now() / this.live.segmentMs) - 1
    const segments: ListedSegment[] = []
    for (
      let sequence = Math.max(0, newest - this.live.windowSegments + 1);
      sequence <= newest;
      sequence += 1
    ) {
      const source = { url: this.url(sequence) }
      segments.push({ segment: this.identity(sequence), source, durationMs: this.live.segmentMs })
    }
    this.newestListed = newest
    this.nextSequence ??= Math.max(0, newest - liveSyncSegments + 1)
    const { rendition } = this.live
    this.driver.tell({ kind: 'playlist-seen', rendition, segments })
    this.load()
    this.clock.wake(this.clock.now() + this.live.segmentMs, () => this.poll())
  }

  private load(): void {
    if (this.stopped || this.waiting !== undefined || this.nextSequence === undefined) return
    const sequence = this.nextSequence
    if (sequence > this.newestListed) return
    this.wants += 1
    const want = this.wants as WantId
    this.waiting = { want, sequence }
    this.driver.tell({
      kind: 'segment-wanted',
      want,
      segment: this.identity(sequence),
      source: { url: this.url(sequence) },
      live: true,
      deadline: this.clock.now() + Math.max(0, this.bufferEnd - this.playhead()),
      firstByteTimeoutMs: 10_000,
      loadTimeoutMs: 120_000,
    })
  }

  private append(sequence: number): void {
    const end = (sequence + 1) * this.live.segmentMs
    if (this.playedAt === undefined) {
      this.position = sequence * this.live.segmentMs
      this.playedAt = this.clock.now()
    } else if (this.playhead() >= this.bufferEnd) {
      this.stalls += 1
      this.position = this.bufferEnd
      this.playedAt = this.clock.now()
    }
    this.bufferEnd = end
  }

  private playhead(): number {
    if (this.playedAt === undefined) return this.bufferEnd
    return Math.min(this.bufferEnd, this.position + this.clock.now() - this.playedAt)
  }

  private bornAt(sequence: number): number {
    return (sequence + 1) * this.live.segmentMs
  }

  private matches(sequence: number, blocks: readonly Uint8Array[], totalBytes: number): boolean {
    const body = this.cdn.body(this.url(sequence))
    if (totalBytes !== body.length) return false
    let at = 0
    for (const block of blocks) {
      if (Buffer.compare(block, body.subarray(at, at + block.length)) !== 0) return false
      at += block.length
    }
    return at === body.length
  }

  private identity(sequence: number): SegmentIdentity {
    return { rendition: this.live.rendition, discontinuity: 0, sequence }
  }

  private url(sequence: number): string {
    return `https://cdn.example/${this.live.rendition}/${sequence}.ts`
  }
}
