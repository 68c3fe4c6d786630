import type { MemberId, RenditionId } from '../../../protocol/ids.js'
import type { RosterEntry } from '../../../protocol/member.js'
import type { HashList, SegmentDigest } from '../../../protocol/segment-digest.js'
import { EngineDriver, type PlayerListener } from '../../../client-sdk/src/driver.js'
import type { Integrity } from '../../../client-sdk/src/engine/context.js'
import type { UploadLimits } from '../../../client-sdk/src/engine/upload-budget.js'
import type { FetchFailure, WantId } from '../../../client-sdk/src/engine/inputs.js'
import type { Delivery } from '../../../client-sdk/src/engine/outputs.js'
import type { CdnPort } from '../../../client-sdk/src/ports/cdn.js'
import type { Clock } from '../../../client-sdk/src/ports/clock.js'
import type { LiveStream } from './live-stream.js'
import type { VirtualCdn } from './virtual-cdn.js'
import { VirtualPlayer, type SegmentOrder } from './virtual-player.js'
import type { VirtualInbox } from './virtual-inbox.js'
import type { VirtualUplink } from './virtual-uplink.js'

/** What a viewer watches, and where. */
export interface ViewerSurroundings {
  readonly clock: Clock
  /** Where it differs from `clock`: a hidden tab's. */
  readonly timers?: Clock
  readonly cdn: VirtualCdn
  readonly stream: LiveStream
  readonly uplink: VirtualUplink
  readonly inbox: VirtualInbox
  /** What the engine fetches from, if not from `cdn`. */
  readonly engineCdn?: CdnPort
}

export interface ViewerOptions {
  readonly member: MemberId
  readonly rendition: RenditionId
  readonly uploadBytesPerSecondMax: number
  readonly cacheBytesMax?: number
  readonly integrity?: Integrity
  readonly uploadLimits?: UploadLimits
}

/** A segment that a viewer was given. */
export interface Delivered {
  readonly sequence: number
  readonly at: number
  readonly bornAt: number
  readonly delivery: Delivery
  /** How long before it would have been late; 0 for the first, negative after a stall. */
  readonly leadMs: number
}

/** A player with the SDK's driver and engine behind it, in virtual time. */
export class VirtualViewer implements PlayerListener {
  readonly member: MemberId
  readonly driver: EngineDriver
  readonly uplink: VirtualUplink
  readonly inbox: VirtualInbox
  readonly player: VirtualPlayer
  readonly delivered: Delivered[] = []
  readonly failures: FetchFailure[] = []
  readonly faults: unknown[] = []
  /** Members of whom this viewer told the tracker. */
  readonly accused: MemberId[] = []
  /** Segments that held a wrong byte, or the wrong number of them. */
  corrupt = 0
  /** Called at each delivery, once it is counted. */
  onDelivered: (delivered: Delivered) => void = () => {}
  private wants = 0
  private waiting: { readonly want: WantId; readonly order: SegmentOrder } | undefined
  private leadMs = 0

  constructor(
    private readonly options: ViewerOptions,
    private readonly surroundings: ViewerSurroundings,
  ) {
    const {
      member,
      rendition,
      uploadBytesPerSecondMax,
      cacheBytesMax = 64 * 1024 * 1024,
      integrity,
      uploadLimits,
    } = options
    const { clock, timers = clock, cdn, stream } = surroundings
    this.member = member
    this.uplink = surroundings.uplink
    this.inbox = surroundings.inbox
    this.driver = new EngineDriver(
      {
        self: member,
        cacheBytesMax,
        uploadBytesPerSecondMax,
        ...(integrity ? { integrity } : {}),
        ...(uploadLimits ? { uploadLimits } : {}),
      },
      {
        clock: timers,
        cdn: surroundings.engineCdn ?? cdn,
        player: this,
        accused: ({ member: accused }) => this.accused.push(accused),
        fault: (error) => this.faults.push(error),
      },
    )
    this.player = new VirtualPlayer(rendition, {
      clock,
      timers,
      stream,
      playlistMs: () => cdn.playlistMs,
      playlistSeen: (seen) => {
        const segments = stream.playlist(seen, clock.now())
        this.driver.tell({ kind: 'playlist-seen', rendition: seen, segments })
      },
      order: (order) => this.order(order),
      appended: (_sequence, leadMs) => (this.leadMs = leadMs),
    })
  }

  get stalls(): number {
    return this.player.stalls
  }

  /** Starts playing now. */
  start(): void {
    this.driver.tell({ kind: 'rendition-followed', rendition: this.options.rendition })
    this.player.start()
  }

  stop(): void {
    this.player.stop()
    this.driver.close()
  }

  switchTo(rendition: RenditionId): void {
    this.player.switchTo(rendition)
    this.driver.tell({ kind: 'rendition-followed', rendition })
    const segments = this.surroundings.stream.playlist(rendition, this.surroundings.clock.now())
    this.driver.tell({ kind: 'playlist-seen', rendition, segments })
  }

  tellDigest(digest: SegmentDigest, hashes: HashList | undefined): void {
    this.driver.tell({ kind: 'digest-told', digest, ...(hashes === undefined ? {} : { hashes }) })
  }

  roster(members: readonly RosterEntry[]): void {
    this.driver.tell({ kind: 'roster-changed', members })
  }

  progress(): void {}

  deliver(want: WantId, blocks: readonly Uint8Array[], totalBytes: number, delivery: Delivery): void {
    const { waiting } = this
    if (waiting?.want !== want) return
    const { clock, cdn, stream } = this.surroundings
    const { rendition, sequence } = waiting.order
    this.waiting = undefined
    if (!cdn.bodies.matches(stream.url(rendition, sequence), blocks, totalBytes)) this.corrupt += 1
    this.player.loaded(waiting.order)
    const { leadMs } = this
    const delivered = { sequence, at: clock.now(), bornAt: stream.bornAt(sequence), delivery, leadMs }
    this.delivered.push(delivered)
    this.onDelivered(delivered)
  }

  fail(want: WantId, failure: FetchFailure): void {
    if (this.waiting?.want !== want) return
    const { order } = this.waiting
    this.waiting = undefined
    this.failures.push(failure)
    this.player.failed(order)
  }

  private order(order: SegmentOrder): void {
    const { stream } = this.surroundings
    const { rendition, sequence, deadline } = order
    this.wants += 1
    const want = this.wants as WantId
    this.waiting = { want, order }
    this.driver.tell({
      kind: 'segment-wanted',
      want,
      segment: stream.identity(rendition, sequence),
      source: { url: stream.url(rendition, sequence) },
      live: true,
      deadline,
      firstByteTimeoutMs: 10_000,
      loadTimeoutMs: 120_000,
    })
  }
}
