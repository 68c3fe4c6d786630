import { wireVersion } from '../../../protocol/wire-messages.js'
import { Announcer } from './announcer.js'
import { BlockScheduler } from './block-scheduler.js'
import { CdnEstimate } from './cdn-estimate.js'
import { CdnFetcher } from './cdn-fetcher.js'
import { CdnPace } from './cdn-pace.js'
import { Cell } from './cell.js'
import { Claims } from './claims.js'
import { EngineContext, type EngineConfig } from './context.js'
import { Conversation } from './conversation.js'
import { EdgeRelay } from './edge-relay.js'
import { FetchPolicy } from './fetch-policy.js'
import { OwnClaims } from './own-claims.js'
import { Following } from './following.js'
import { Gathering } from './gathering.js'
import type { EngineInput, LinkId } from './inputs.js'
import { Intake } from './intake.js'
import { Ledger, type EngineTotals } from './ledger.js'
import { Neighbour } from './neighbour.js'
import type { EngineOutput } from './outputs.js'
import { Pace } from './pace.js'
import { SegmentSizes } from './segment-sizes.js'
import { SegmentStore } from './segment-store.js'
import { Shortage } from './shortage.js'
import { tuning } from './tuning.js'
import { Turns } from './turns.js'
import { Uplink } from './uplink.js'
import { Uploads, type UploadLimit } from './uploads.js'
import { Verification } from './verification.js'
import { Wants } from './wants.js'

type InputOf<Kind extends EngineInput['kind']> = Extract<EngineInput, { kind: Kind }>

/** These change nothing of what is fetched or asked for, or what takes them says whether they do. */
const mattersLittle: ReadonlySet<EngineInput['kind']> = new Set([
  'woken',
  'backlogs-seen',
  'round-trips-seen',
  'block-requested',
  'request-cancelled',
  'message-received',
  'playlist-edge-proven',
])

/** These happen many times a second. */
const happensOften: ReadonlySet<EngineInput['kind']> = new Set([
  'block-received',
  'request-rejected',
  'fetch-progressed',
  'block-hashed',
])

type NeighbourInput = InputOf<
  'message-received' | 'block-requested' | 'request-cancelled' | 'block-received' | 'request-rejected'
>

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
  private readonly sizes = new SegmentSizes()
  private readonly shortage: Shortage
  private readonly turns: Turns
  private readonly policy: FetchPolicy
  private readonly scheduler: BlockScheduler
  private readonly uplink: Uplink
  private readonly uploads: Uploads
  private readonly pace: CdnPace
  private readonly wants: Wants
  private readonly intake: Intake
  private readonly gathering: Gathering
  private readonly conversation: Conversation
  private readonly edges: EdgeRelay
  /** Undefined where neighbours are believed. */
  private readonly verification: Verification | undefined
  private now = Number.NEGATIVE_INFINITY
  /** When fetches and requests must be thought over, whatever happens until then. */
  private settlesAt = Number.NEGATIVE_INFINITY
  private readonly thoughts = new Pace(tuning.thoughtIntervalMs, tuning.thoughtBurst)

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
    const { context } = this
    this.shortage = new Shortage(context)
    this.uplink = new Uplink(context.neighbours)
    this.uploads = new Uploads(context, this.uplink, config.uploadBytesPerSecondMax)
    this.announcer = new Announcer(context, this.uploads)
    this.scheduler = new BlockScheduler(context, this.uploads)
    this.pace = new CdnPace(context)
    this.wants = new Wants(context, this.pace)
    this.fetcher = new CdnFetcher(context, {
      blockFetched: (task, block, now) => this.intake.blockFetched(task, block, now),
      lengthAnnounced: (task, bytes, now) => this.intake.lengthAnnounced(task, bytes, now),
      lengthFound: (task, bytes, now) => this.intake.settleLength(task, bytes, 'cdn', now),
      fetchFailed: (task, fetch, failure, now) => this.gathering.fetchFailed(task, fetch, failure, now),
    })
    const { announcer, fetcher, scheduler, wants } = this
    this.intake = new Intake(context, { announcer, scheduler, wants, verification: () => this.verification })
    const { intake } = this
    this.turns = new Turns(context, this.uploads, this.sizes)
    const ownClaims = new OwnClaims(context, fetcher, this.turns, this.sizes)
    this.policy = new FetchPolicy(
      context,
      this.fetcher,
      this.turns,
      this.sizes,
      this.scheduler,
      this.shortage,
      ownClaims,
    )
    const { policy } = this
    this.gathering = new Gathering(context, this.following, { fetcher, intake, ownClaims, scheduler, wants })
    this.edges = new EdgeRelay(context)
    this.conversation = new Conversation(context, ownClaims, {
      offered: (segment, now) => this.gathering.offered(segment, now),
      matters: (segment, now) => this.following.worthGathering(segment, now),
      lost: (neighbour, key) => {
        const copy = context.store.get(key)
        // What has left the playlist was given up for its age, and is not wanted back.
        if (copy !== undefined && !this.following.hasLeft(copy.segment)) announcer.lostBy(neighbour, copy)
      },
      lengthTold: (neighbour, key, bytes, now) => this.intake.lengthTold(neighbour, key, bytes, now),
      contradicts: (key, bytes) => this.intake.contradicts(key, bytes),
      digestHeard: (neighbour, message, now) => this.verification?.lists.heard(neighbour, message, now),
      edgeHeard: (neighbour, edge) => this.edges.heard(neighbour, edge),
    })
    if (config.integrity === undefined) return
    this.verification = new Verification(context, config.integrity.sha256, {
      announcer,
      intake,
      abortFetches: (task) => fetcher.abortAll(task),
      rescueAt: (task) => policy.rescueAt(task),
    })
  }

  /** Takes one fact that happened at `now` (milliseconds, any origin, never going back) and returns what to do. */
  step(now: number, input: EngineInput): EngineOutput[] {
    this.now = Math.max(this.now, now)
    this.take(input)
    this.settle()
    return this.outputs.length === 0 ? [] : this.outputs.splice(0)
  }

  /** When `step` wants to be called with `woken` at the latest; undefined while only outside news matters. */
  wakeAt(): number | undefined {
    const at = Math.min(
      this.settlesAt,
      this.context.unsettled === 'soon' ? this.thoughts.allowedAt : Number.POSITIVE_INFINITY,
      this.uploads.wakeAt(this.now) ?? Number.POSITIVE_INFINITY,
      this.announcer.wakeAt() ?? Number.POSITIVE_INFINITY,
    )
    return at === Number.POSITIVE_INFINITY ? undefined : at
  }

  /** True while blocks wait to be sent: the driver then tells what waits in the send buffers of `watchedLinks`. */
  get watchesBacklogs(): boolean {
    return this.uploads.anyoneWaits
  }

  /** The links that blocks were sent on which may wait in their send buffers still. */
  get watchedLinks(): readonly LinkId[] {
    return this.uplink.watched
  }

  get totals(): EngineTotals {
    return this.context.ledger.totals()
  }

  /** What holds uploads back beside the cap on their rate. */
  get uploadLimit(): UploadLimit | undefined {
    return this.uploads.limit(this.now)
  }

  private take(input: EngineInput): void {
    if (happensOften.has(input.kind)) this.context.unsettleSoon()
    else if (!mattersLittle.has(input.kind)) this.context.unsettle()
    switch (input.kind) {
      case 'link-opened':
        this.linkOpened(input)
        break
      case 'link-closed':
        this.linkClosed(input)
        break
      case 'company-expected':
        this.context.cell.expect(this.now)
        break
      case 'roster-changed':
        this.context.cell.replace(input.members, this.now)
        break
      case 'digests-expected':
        this.verification?.digestsExpected(input.expected)
        break
      case 'digest-told':
        this.verification?.digestTold(input.digest, input.hashes, this.now)
        break
      case 'block-hashed':
        this.verification?.blockHashed(input.order, input.hash, this.now)
        break
      case 'playlist-edge-proven':
        this.edges.proven(input.edge)
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
        this.gathering.renditionFollowed(input)
        break
      case 'playlist-seen':
        this.gathering.playlistSeen(input, this.now)
        break
      case 'segment-wanted':
        this.gathering.wanted(input, this.now)
        break
      case 'segment-abandoned':
        this.gathering.abandoned(input)
        break
      case 'upload-capped':
        this.uploads.cap(input.bytesPerSecond)
        this.announcer.uploadsChanged()
        break
      case 'backlogs-seen': {
        const before = this.uplink.bytesPerSecond
        this.uplink.seen(input.backlogs, this.now)
        if (this.uplink.bytesPerSecond !== before) this.context.unsettleSoon()
        break
      }
      case 'round-trips-seen':
        this.uploads.easing.roundTripsSeen(input.roundTrips)
        break
      case 'woken':
        break
      default: {
        const neighbour = this.context.neighbours.get(input.link)
        if (neighbour !== undefined) this.takeFromNeighbour(neighbour, input)
      }
    }
  }

  private takeFromNeighbour(neighbour: Neighbour, input: NeighbourInput): void {
    switch (input.kind) {
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
        this.intake.blockReceived(neighbour, input, this.now)
        break
      case 'request-rejected':
        neighbour.rejected(input.handle, input.offset)
        break
    }
  }

  private linkOpened({ link, member }: InputOf<'link-opened'>): void {
    if (this.verification?.blame.isOut(member) === true) {
      this.context.accuse(link, 'block-changed')
      return
    }
    const neighbour = new Neighbour(link, member, this.context.supplies)
    if (this.verification === undefined) neighbour.right = Number.POSITIVE_INFINITY
    if (this.context.neighbours.size === 0) this.turns.firstLinkOpened(this.now)
    this.context.neighbours.set(link, neighbour)
    const rendition = this.following.current
    this.context.send(link, {
      kind: 'hello',
      version: wireVersion,
      uploads: this.uploads.enabled,
      ...(rendition === undefined ? {} : { rendition }),
    })
    this.announcer.greet(neighbour)
    this.pace.greet(neighbour)
    this.shortage.greet(neighbour)
    this.verification?.lists.greet(neighbour)
  }

  private linkClosed({ link }: InputOf<'link-closed'>): void {
    const neighbour = this.context.neighbours.get(link)
    if (neighbour !== undefined) this.uploads.forget(neighbour)
    neighbour?.gone()
    this.context.neighbours.delete(link)
    this.uplink.recount()
  }

  /** Carries every part as far as it can go now. */
  private settle(): void {
    const { context, now } = this
    this.pace.settle()
    const thinks = this.mustThink
    if (thinks) this.settleGathering()
    else this.scheduler.settleSlow(now)
    const gave = this.uploads.enabled
    this.uploads.settle(now)
    // The last block that the owner allows is gone: who gives nothing offers nothing.
    if (gave && !this.uploads.enabled) this.announcer.uploadsChanged()
    this.announcer.settle(now)
    // Nothing else makes copies grow, or leaves one to nobody.
    if (!thinks) return
    for (const copy of context.store.evict((key) => context.tasks.has(key))) this.announcer.lost(copy)
  }

  private get mustThink(): boolean {
    const { unsettled } = this.context
    if (unsettled === 'now' || this.now >= this.settlesAt) return true
    return unsettled === 'soon' && this.now >= this.thoughts.allowedAt
  }

  /** Thinks over what is fetched and asked for. */
  private settleGathering(): void {
    const { context, now } = this
    for (const task of context.tasks.values()) {
      this.verification?.adoptLength(task, now)
      this.intake.adoptOfferedLength(task, now)
    }
    this.verification?.settle(now)
    this.fetcher.settle(now)
    for (const task of context.tasks.values()) {
      const ready = task.copy.playable && this.verification?.holdsBack(task, now) !== true
      if (ready) {
        this.sizes.completed(task.copy.heldBytes)
        if (task.live) this.shortage.segmentCame(task.rescuedBytes / task.copy.heldBytes)
      }
      this.gathering.settle(task, ready, now)
    }
    this.policy.settle(now)
    this.scheduler.settle(now)
    this.settlesAt = Math.min(
      this.fetcher.wakeAt() ?? Number.POSITIVE_INFINITY,
      this.policy.wakeAt(now) ?? Number.POSITIVE_INFINITY,
      this.scheduler.wakeAt() ?? Number.POSITIVE_INFINITY,
      this.gathering.wakeAt() ?? Number.POSITIVE_INFINITY,
      this.verification?.wakeAt() ?? Number.POSITIVE_INFINITY,
    )
    context.unsettled = 'no'
    this.thoughts.done(now)
  }
}
