import { blockHash } from '../../protocol/merkle-tree.js'
import type { ChangedBlock } from './engine/blame.js'
import type { EngineConfig } from './engine/context.js'
import { Engine } from './engine/engine.js'
import type { EngineInput, FetchFailure, FetchId, LinkId, WantId } from './engine/inputs.js'
import type { EngineTotals } from './engine/ledger.js'
import type { Delivery, EngineOutput, HashOrder } from './engine/outputs.js'
import { tuning } from './engine/tuning.js'
import type { UploadLimit } from './engine/uploads.js'
import type { CdnPort, CdnRequest } from './ports/cdn.js'
import type { Clock } from './ports/clock.js'
import type { Link } from './ports/link.js'
import type { SignedPlaylistEdge } from '../../protocol/playlist-edge.js'

export type EngineDriverOptions = EngineConfig

/** Hears what becomes of the player's wants. */
export interface PlayerListener {
  progress(want: WantId, loadedBytes: number, totalBytes: number | undefined): void
  /** `blocks` stay the engine's: copy them. */
  deliver(want: WantId, blocks: readonly Uint8Array[], totalBytes: number, delivery: Delivery): void
  fail(want: WantId, failure: FetchFailure): void
}

export interface DriverPorts {
  readonly clock: Clock
  readonly cdn: CdnPort
  readonly player: PlayerListener
  /** A neighbour sent changed blocks: the tracker is to know. */
  accused?(changed: ChangedBlock): void
  /** Tells the hash of a block, soon and whatever happens. Absent: it is made on the spot. */
  hashBlock?(block: Uint8Array, done: (hash: Uint8Array) => void): void
  /** A neighbour told what a playlist has come to: the engine is to hear if that is of use and proven. */
  edgeTold?(edge: SignedPlaylistEdge): void
  /** The engine threw, which is a bug of ours: the driver has closed itself. Called once. */
  fault(error: unknown): void
}

/**
 * Runs an engine: owns its only timer, feeds it what happens, carries out what it orders. Facts that arise while
 * orders are carried out wait their turn, so the engine is never entered twice.
 */
export class EngineDriver {
  private readonly engine: Engine
  private readonly open = new Map<LinkId, Link>()
  private readonly fetches = new Map<FetchId, { abort(): void }>()
  private readonly queue: EngineInput[] = []
  private state: 'idle' | 'stepping' | 'closed' = 'idle'
  private linkCount = 0
  private cancelWake: () => void = () => {}
  private wakesAt = Number.POSITIVE_INFINITY
  private lookedAt = Number.NEGATIVE_INFINITY
  private roundTripsSeenAt = Number.NEGATIVE_INFINITY

  constructor(
    private readonly options: EngineDriverOptions,
    private readonly ports: DriverPorts,
  ) {
    this.engine = new Engine(options)
  }

  get totals(): EngineTotals {
    return this.engine.totals
  }

  /** What holds uploads back beside the cap on their rate. */
  get uploadLimit(): UploadLimit | undefined {
    return this.engine.uploadLimit
  }

  /** Links open now. */
  get links(): number {
    return this.open.size
  }

  /** Feeds the engine a fact. After `close` it is ignored. */
  tell(input: EngineInput): void {
    if (this.state === 'closed') return
    if (this.engine.watchesBacklogs) this.lookAtBacklogs()
    if (this.state === 'stepping' || this.queue.length > 0) this.queue.push(input)
    if (this.state === 'stepping') return
    this.state = 'stepping'
    try {
      if (this.queue.length === 0) this.step(input)
      for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) this.step(next)
      this.rest()
    } catch (error) {
      this.close()
      this.ports.fault(error)
    }
  }

  private step(input: EngineInput): void {
    for (const output of this.engine.step(this.ports.clock.now(), input)) this.carryOut(output)
  }

  /** Where timers are throttled, in a hidden tab, whatever else happens gives the occasion. */
  private lookAtBacklogs(): void {
    const now = this.ports.clock.now()
    if (now < this.lookedAt + tuning.backlogPollMs) return
    this.lookedAt = now
    const backlogs = new Map<LinkId, number>()
    for (const id of this.engine.watchedLinks) {
      const link = this.open.get(id)
      if (link !== undefined) backlogs.set(id, link.bufferedBytes)
    }
    this.queue.push({ kind: 'backlogs-seen', backlogs })
    if (now < this.roundTripsSeenAt + tuning.roundTripPollMs) return
    this.roundTripsSeenAt = now
    const roundTrips = new Map<LinkId, number>()
    for (const [id, { roundTripMs }] of this.open) {
      if (roundTripMs !== undefined) roundTrips.set(id, roundTripMs)
    }
    this.queue.push({ kind: 'round-trips-seen', roundTrips })
  }

  /** Takes over an open link. */
  addLink(link: Link): LinkId {
    this.linkCount += 1
    const id = this.linkCount as LinkId
    if (this.state === 'closed') {
      link.close('closed')
      return id
    }
    this.open.set(id, link)
    this.tell({ kind: 'link-opened', link: id, member: link.member })
    link.listen({
      message: (message) => this.tell({ kind: 'message-received', link: id, message }),
      blockRequested: (handle, offset, length) =>
        this.tell({ kind: 'block-requested', link: id, handle, offset, length }),
      requestCancelled: (handle, offset, length) =>
        this.tell({ kind: 'request-cancelled', link: id, handle, offset, length }),
      blockReceived: (handle, offset, bytes) =>
        this.tell({ kind: 'block-received', link: id, handle, offset, bytes }),
      requestRejected: (handle, offset, length) =>
        this.tell({ kind: 'request-rejected', link: id, handle, offset, length }),
      drained: () => this.tell({ kind: 'woken' }),
      closed: () => {
        this.open.delete(id)
        this.tell({ kind: 'link-closed', link: id })
      },
    })
    return id
  }

  /** Closes every link at once, and goes on without neighbours. */
  closeLinks(code: string): void {
    for (const link of [...this.open.values()]) link.close(code)
  }

  /** Idempotent. Leaves no timer, fetch or link; wants still open are not answered. */
  close(): void {
    if (this.state === 'closed') return
    this.state = 'closed'
    this.queue.length = 0
    this.cancelWake()
    for (const fetch of this.fetches.values()) fetch.abort()
    this.fetches.clear()
    this.closeLinks('closed')
    this.open.clear()
  }

  /**
   * Sets the timer for the engine's next wake. A timer that is set for earlier stays: it fires, finds nothing to do
   * and sets the next one, which is cheaper than cancelling and setting one at every fact.
   */
  private rest(): void {
    if (this.isClosed()) return
    this.state = 'idle'
    const at = this.engine.wakeAt()
    if (at === undefined || at >= this.wakesAt) return
    this.cancelWake()
    this.wakesAt = at
    this.cancelWake = this.ports.clock.wake(at, () => {
      this.wakesAt = Number.POSITIVE_INFINITY
      this.tell({ kind: 'woken' })
    })
  }

  private isClosed(): boolean {
    return this.state === 'closed'
  }

  private carryOut(output: EngineOutput): void {
    if (this.isClosed()) return
    switch (output.kind) {
      case 'fetch':
        this.fetch(output)
        break
      case 'abort-fetch':
        this.fetches.get(output.fetch)?.abort()
        this.fetches.delete(output.fetch)
        break
      case 'progress':
        this.ports.player.progress(output.want, output.loadedBytes, output.totalBytes)
        break
      case 'deliver':
        this.ports.player.deliver(output.want, output.blocks, output.totalBytes, output.delivery)
        break
      case 'hash-block':
        this.hash(output)
        break
      case 'accuse-member':
        this.ports.accused?.(output)
        break
      case 'check-playlist-edge':
        this.ports.edgeTold?.(output.edge)
        break
      case 'fail':
        this.ports.player.fail(output.want, output.failure)
        break
      default: {
        const link = this.open.get(output.link)
        if (link !== undefined) this.carryOutOnLink(output, link)
      }
    }
  }

  private carryOutOnLink(output: Extract<EngineOutput, { link: LinkId }>, link: Link): void {
    switch (output.kind) {
      case 'send':
        link.sendMessage(output.message)
        break
      case 'request-block':
        link.requestBlock(output.handle, output.offset, output.length)
        break
      case 'cancel-block':
        link.cancelBlock(output.handle, output.offset, output.length)
        break
      case 'reject-block':
        link.rejectBlock(output.handle, output.offset, output.length)
        break
      case 'send-block':
        link.sendBlock(output.handle, output.offset, output.bytes)
        break
      case 'close-link':
        link.close(output.violation)
        break
    }
  }

  private hash(order: HashOrder): void {
    const done = (hash: Uint8Array): void => this.tell({ kind: 'block-hashed', order, hash })
    if (this.ports.hashBlock !== undefined) this.ports.hashBlock(order.bytes, done)
    else if (this.options.integrity !== undefined) done(blockHash(this.options.integrity.sha256, order.bytes))
  }

  private fetch(order: Extract<EngineOutput, { kind: 'fetch' }>): void {
    const { fetch, segment, source, from, to } = order
    const { rangeStart, rangeEnd } = segment
    const request: CdnRequest = {
      source,
      from,
      ...(to === undefined ? {} : { to }),
      ...(rangeStart === undefined || rangeEnd === undefined
        ? {}
        : { resourceRange: { start: rangeStart, end: rangeEnd } }),
    }
    let over = false
    const ended = (): void => {
      over = true
      this.fetches.delete(fetch)
    }
    const handle = this.ports.cdn.fetch(request, {
      started: (offset, bytesExpected) =>
        this.tell({
          kind: 'fetch-started',
          fetch,
          offset,
          ...(bytesExpected === undefined ? {} : { bytesExpected }),
        }),
      progressed: (bytes) => this.tell({ kind: 'fetch-progressed', fetch, bytes }),
      ended: () => {
        ended()
        this.tell({ kind: 'fetch-ended', fetch })
      },
      failed: (failure) => {
        ended()
        this.tell({ kind: 'fetch-failed', fetch, failure })
      },
    })
    if (!over) this.fetches.set(fetch, handle)
  }
}
