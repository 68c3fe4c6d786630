import { blockBytes, blockCount } from '../../../protocol/block.js'
import { segmentKey, type SegmentIdentity, type SegmentKey } from '../../../protocol/segment-key.js'
import { wireVersion } from '../../../protocol/wire-messages.js'
import { Announcer } from './announcer.js'
import { BlockScheduler } from './block-scheduler.js'
import { CdnEstimate } from './cdn-estimate.js'
import type { CdnFetch, CutBlock } from './cdn-fetch.js'
import { CdnFetcher } from './cdn-fetcher.js'
import { Cell } from './cell.js'
import { Claims } from './claims.js'
import { EngineContext, type EngineConfig } from './context.js'
import { Conversation } from './conversation.js'
import { FetchPolicy } from './fetch-policy.js'
import { Following } from './following.js'
import type { EngineInput, FetchFailure, LinkId, ListedSegment } from './inputs.js'
import { Ledger, type EngineTotals } from './ledger.js'
import { Neighbour } from './neighbour.js'
import type { EngineOutput } from './outputs.js'
import type { BlockOrigin, LengthOrigin } from './segment-copy.js'
import { SegmentStore } from './segment-store.js'
import type { Task } from './task.js'
import { tuning } from './tuning.js'
import { Uploads } from './uploads.js'
import { Wants } from './wants.js'

type InputOf<Kind extends EngineInput['kind']> = Extract<EngineInput, { kind: Kind }>

/**
 * One member's part in the cell, as a state machine without clock, timers, network or randomness of its own:
 * `step` takes a fact and returns orders, `wakeAt` says when to step again if nothing happens before.
 *
 * Invariants: every want is answered once, by `deliver` or `fail`; a block is stored once; what is handed to the
 * player is every byte of the segment and nothing else; nothing a neighbour sends makes `step` throw.
 */
export class Engine {
  private readonly outputs: EngineOutput[] = []
  private readonly context: EngineContext
  private readonly following = new Following()
  private readonly announcer: Announcer
  private readonly fetcher: CdnFetcher
  private readonly policy: FetchPolicy
  private readonly scheduler: BlockScheduler
  private readonly uploads: Uploads
  private readonly wants: Wants
  private readonly conversation: Conversation
  private now = Number.NEGATIVE_INFINITY

  constructor(config: EngineConfig) {
    this.context = new EngineContext(
      config,
      new SegmentStore(config.cacheBytesMax),
      new Ledger(),
      new Cell(config.self),
      new Claims(),
      new CdnEstimate(),
      this.outputs,
    )
    this.announcer = new Announcer(this.context)
    this.uploads = new Uploads(this.context, config.uploadBytesPerSecondMax)
    this.fetcher = new CdnFetcher(this.context, {
      blockFetched: (task, block) => this.accept(task, block, 'cdn'),
      lengthFound: (task, bytes) => this.settleLength(task, bytes, 'cdn'),
      fetchFailed: (task, fetch, failure) => this.fetchFailed(task, fetch, failure),
    })
    this.policy = new FetchPolicy(this.context, this.fetcher, this.uploads)
    this.scheduler = new BlockScheduler(this.context)
    this.wants = new Wants(this.context)
    this.conversation = new Conversation(this.context, this.policy, {
      offered: (segment) => this.gather(segment),
      lengthTold: (neighbour, key, bytes) => this.lengthTold(neighbour, key, bytes),
    })
  }

  /** Takes one fact that happened at `now` (milliseconds, any origin, never going back) and returns what to do. */
  step(now: number, input: EngineInput): EngineOutput[] {
    this.now = Math.max(this.now, now)
    this.take(input)
    this.settle()
    return this.outputs.splice(0)
  }

  /** When `step` wants to be called with `woken` at the latest; undefined while only outside news matters. */
  wakeAt(): number | undefined {
    const times = [
      this.fetcher.wakeAt(),
      this.policy.wakeAt(this.now),
      this.scheduler.wakeAt(),
      this.uploads.wakeAt(this.now),
      this.announcer.wakeAt(),
      ...[...this.context.tasks.values()].map((task) => this.wants.wakeAt(task)),
    ].filter((at) => at !== undefined)
    return times.length === 0 ? undefined : Math.min(...times)
  }

  get totals(): EngineTotals {
    return this.context.ledger.totals()
  }

  private take(input: EngineInput): void {
    switch (input.kind) {
      case 'link-opened':
        this.linkOpened(input)
        break
      case 'link-closed':
        this.context.neighbours.delete(input.link)
        break
      case 'roster-changed':
        this.context.cell.replace(input.members)
        break
      case 'fetch-started':
        this.fetcher.started(input.fetch, input.offset, input.bytesExpected, this.now)
        break
      case 'fetch-progressed':
        this.fetcher.progressed(input.fetch, input.bytes, this.now)
        break
      case 'fetch-ended':
        this.fetcher.ended(input.fetch, this.now)
        break
      case 'fetch-failed':
        this.fetcher.failed(input.fetch, input.failure, this.now)
        break
      case 'rendition-followed':
        this.renditionFollowed(input)
        break
      case 'playlist-seen':
        for (const listed of this.following.listed(input.rendition, input.segments)) this.listed(listed)
        break
      case 'segment-wanted':
        this.segmentWanted(input)
        break
      case 'segment-abandoned':
        this.segmentAbandoned(input)
        break
      case 'upload-capped':
        this.uploads.cap(input.bytesPerSecond)
        break
      case 'woken':
        break
      default: {
        const neighbour = this.context.neighbours.get(input.link)
        if (neighbour !== undefined) this.takeFromNeighbour(neighbour, input)
      }
    }
  }

  private takeFromNeighbour(
    neighbour: Neighbour,
    input: InputOf<
      | 'link-congested'
      | 'link-drained'
      | 'message-received'
      | 'block-requested'
      | 'request-cancelled'
      | 'block-received'
      | 'request-rejected'
    >,
  ): void {
    switch (input.kind) {
      case 'link-congested':
        neighbour.congested = true
        break
      case 'link-drained':
        neighbour.congested = false
        break
      case 'message-received':
        this.conversation.heard(neighbour, input.message, this.now)
        break
      case 'block-requested':
        this.uploads.requested(neighbour, {
          handle: input.handle,
          offset: input.offset,
          length: input.length,
        })
        break
      case 'request-cancelled':
        this.uploads.cancelled(neighbour, {
          handle: input.handle,
          offset: input.offset,
          length: input.length,
        })
        break
      case 'block-received':
        this.blockReceived(neighbour, input)
        break
      case 'request-rejected':
        this.requestRejected(neighbour, input)
        break
    }
  }

  private linkOpened({ link, member }: InputOf<'link-opened'>): void {
    const neighbour = new Neighbour(link, member)
    this.context.neighbours.set(link, neighbour)
    const rendition = this.following.current
    this.context.send(link, {
      kind: 'hello',
      version: wireVersion,
      uploads: this.uploads.enabled,
      ...(rendition === undefined ? {} : { rendition }),
    })
    this.announcer.greet(neighbour)
  }

  private renditionFollowed({ rendition }: InputOf<'rendition-followed'>): void {
    const before = this.following.current
    if (before === rendition) return
    const left = this.following.follow(rendition)
    this.context.sendToAll({ kind: 'follow', rendition })
    for (const task of [...this.context.tasks.values()]) {
      if (task.segment.rendition === left && !task.wanted) this.drop(task)
    }
  }

  /** Our playlist lists a segment that it did not list before. */
  private listed({ segment, source }: ListedSegment): void {
    const known = this.context.store.get(segmentKey(segment))
    if (known?.complete === true || !this.following.worthGathering(segment, this.now)) return
    const task = this.context.openTask(segment, this.now)
    task.source = source
    task.listedAt ??= this.now
  }

  /** A neighbour offers a segment: begin to gather it if the player will want it soon. */
  private gather(segment: SegmentIdentity): void {
    const known = this.context.store.get(segmentKey(segment))
    if (known?.complete === true || !this.following.worthGathering(segment, this.now)) return
    const task = this.context.openTask(segment, this.now)
    task.source ??= this.following.listing(segment)?.source
    if (task.source !== undefined) task.listedAt ??= this.now
  }

  private segmentWanted(input: InputOf<'segment-wanted'>): void {
    this.following.wanted(input.segment, this.now)
    const copy = this.context.store.get(segmentKey(input.segment))
    if (copy?.complete === true) {
      copy.lastUsedAt = this.now
      this.wants.deliver(input.want, copy)
      return
    }
    const task = this.context.openTask(input.segment, this.now)
    task.source = input.source
    task.listedAt ??= this.now
    task.live = input.live
    const { want, deadline, firstByteTimeoutMs, loadTimeoutMs } = input
    task.wants.push({ want, wantedAt: this.now, deadline, firstByteTimeoutMs, loadTimeoutMs })
    if (task.copy.heldBytes > 0) this.wants.progressed(task)
  }

  private segmentAbandoned({ want }: InputOf<'segment-abandoned'>): void {
    for (const task of [...this.context.tasks.values()]) {
      const at = task.wants.findIndex((each) => each.want === want)
      if (at < 0) continue
      task.wants.splice(at, 1)
      // A fetch that others count on goes on; one for this player alone does not.
      const claimed = task.fetches.some((fetch) => fetch.reason === 'claim')
      if (!task.wanted && !(claimed && this.context.neighbours.size > 0)) this.drop(task)
      return
    }
  }

  private blockReceived(neighbour: Neighbour, { handle, offset, bytes }: InputOf<'block-received'>): void {
    const request = neighbour.answered(handle, offset)
    if (request === undefined || bytes.length !== request.length) {
      this.context.ledger.peerWasted(bytes.length)
      this.context.accuse(neighbour.link, request === undefined ? 'block-not-asked' : 'block-misshapen')
      return
    }
    neighbour.blockCame(bytes.length, request.askedAt, this.now)
    const task = this.context.tasks.get(request.key)
    if (task === undefined || task.cdnOnly || task.copy.holds(request.index)) {
      this.context.ledger.peerWasted(bytes.length)
      return
    }
    this.context.ledger.peerReceived(bytes.length)
    this.accept(task, { index: request.index, bytes }, neighbour.member)
    this.scheduler.cancel(task, request.index)
  }

  /** The neighbour no longer holds the block: do not ask it for this segment again until it offers it anew. */
  private requestRejected(neighbour: Neighbour, { handle, offset }: InputOf<'request-rejected'>): void {
    if (neighbour.answered(handle, offset) !== undefined) neighbour.withdraw(handle)
  }

  /** The only way in for a block, whoever gave it. */
  private accept(task: Task, block: CutBlock, origin: BlockOrigin): void {
    if (!task.copy.put(block.index, block.bytes, origin, this.now)) {
      this.context.ledger.cdnWasted(block.bytes.length)
      return
    }
    task.progressAt = this.now
    this.announcer.blockCame(task.copy)
    this.wants.progressed(task)
  }

  private lengthTold(neighbour: Neighbour, key: SegmentKey, bytes: number): void {
    const copy = this.context.store.get(key)
    if (copy?.lengthOrigin === 'cdn' && copy.totalBytes !== bytes) {
      this.context.accuse(neighbour.link, 'length-conflict')
      return
    }
    const task = this.context.tasks.get(key)
    if (task !== undefined) this.settleLength(task, bytes, 'neighbour')
  }

  /** Neighbours who contradict each other, or the CDN, are not believed for this segment any more. */
  private settleLength(task: Task, bytes: number, origin: LengthOrigin): void {
    if (task.cdnOnly && origin === 'neighbour') return
    if (task.copy.settleLength(bytes, origin)) {
      task.copy.noteCompletion(this.now)
      return
    }
    this.startOver(task)
    if (origin === 'cdn') task.copy.settleLength(bytes, 'cdn')
  }

  /** Forgets every block of the segment: some of them are not of it. */
  private startOver(task: Task): void {
    this.fetcher.abortAll(task)
    this.scheduler.cancel(task)
    this.context.store.remove(task.copy)
    this.announcer.lost(task.copy)
    task.copy = this.context.store.open(task.segment, this.now)
    task.cdnOnly = true
  }

  private fetchFailed(task: Task, fetch: CdnFetch, failure: FetchFailure): void {
    const held = task.copy.arrivals.length
    if (failure.kind === 'beyond-end' && held > 0 && fetch.from === held * blockBytes) {
      this.settleLength(task, fetch.from, 'cdn')
      return
    }
    task.cdnFailures += 1
    task.lastFailure = failure
    const pauseMs = tuning.fetchRetryMs * 2 ** (task.cdnFailures - 1)
    task.cdnRetryAt = this.now + Math.min(pauseMs, tuning.fetchRetryMsMax)
    if (fetch.reason === 'claim') this.unclaim(task)
    const offered = [...this.context.neighbours.values()].some((each) => each.offer(task.key) !== undefined)
    const hopeless = failure.kind === 'status' && !offered
    if (hopeless || task.cdnFailures >= tuning.fetchFailuresMax) this.giveUp(task, failure)
  }

  private unclaim(task: Task): void {
    const { segment } = task
    const claimant = this.context.config.self
    this.context.sendToAll({ kind: 'unclaim', segment, claimant, run: { first: 0, count: 0 }, hops: 0 })
  }

  private giveUp(task: Task, failure: FetchFailure): void {
    this.wants.failed(task, failure)
    this.drop(task)
  }

  private drop(task: Task): void {
    this.fetcher.abortAll(task)
    this.scheduler.cancel(task)
    this.context.tasks.delete(task.key)
    if (task.copy.arrivals.length === 0) this.context.store.remove(task.copy)
  }

  /** Carries every part as far as it can go now. */
  private settle(): void {
    for (const task of this.context.tasks.values()) this.adoptOfferedLength(task)
    this.fetcher.settle(this.now)
    for (const task of [...this.context.tasks.values()]) this.settleTask(task)
    this.policy.settle(this.now)
    this.scheduler.settle(this.now)
    this.uploads.settle(this.now)
    this.announcer.settle(this.now)
    for (const copy of this.context.store.evict((key) => this.context.tasks.has(key)))
      this.announcer.lost(copy)
  }

  private settleTask(task: Task): void {
    if (task.copy.complete) {
      this.policy.segmentCompleted(task.copy.heldBytes)
      this.wants.completed(task)
      this.announcer.blockCame(task.copy)
      this.drop(task)
      return
    }
    const before = task.wants.length
    this.wants.settle(task, this.now)
    const expired = before > 0 && !task.wanted
    const stale = !task.wanted && this.now > task.openedAt + tuning.followMs
    if (expired || stale) this.drop(task)
  }

  /** A neighbour had told the length before this member began with the segment. */
  private adoptOfferedLength(task: Task): void {
    if (task.copy.totalBytes !== undefined || task.cdnOnly) return
    for (const neighbour of this.context.neighbours.values()) {
      const bytes = neighbour.offer(task.key)?.wholeBytes
      if (bytes === undefined) continue
      this.settleLength(task, bytes, 'neighbour')
      return
    }
  }

  /** For assertions in tests: links and tasks alive now. */
  get load(): { readonly links: readonly LinkId[]; readonly tasks: number; readonly blocks: number } {
    const blocks = [...this.context.tasks.values()].reduce(
      (sum, task) => sum + blockCount(task.copy.heldBytes),
      0,
    )
    return { links: [...this.context.neighbours.keys()], tasks: this.context.tasks.size, blocks }
  }
}
