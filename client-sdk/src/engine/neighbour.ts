import { blockBytes } from '../../../protocol/block.js'
import type { MemberId, RenditionId } from '../../../protocol/ids.js'
import { announcedSegmentsPerLinkMax, segmentBytesMax } from '../../../protocol/limits.js'
import { segmentKey, type SegmentIdentity, type SegmentKey } from '../../../protocol/segment-key.js'
import type { LinkId } from './inputs.js'
import { KeyMemory } from './key-memory.js'
import { Offer } from './offer.js'
import { smoothed } from './smoothed.js'
import type { Supplies } from './supply.js'
import { tuning } from './tuning.js'

const blocksMax = segmentBytesMax / blockBytes

/** A block asked of a neighbour. */
export interface BlockRequest {
  readonly key: SegmentKey
  readonly index: number
  readonly handle: number
  readonly offset: number
  readonly length: number
  readonly askedAt: number
  /** When it is asked back, if it has not come; then, when it is given up. */
  lateAt: number
}

/** A request on the list, with every answer that may still come for the same block. */
export interface OpenRequest {
  readonly request: BlockRequest
  /**
   * Whether the newest request is still waited for; if not, an answer is a duplicate, not an offence. One that was
   * recalled is waited for until the neighbour answers it with the block after all, or with a refusal.
   */
  state: 'waiting' | 'recalled' | 'given-up'
  /** Requests made less answers had: a cancelled request may or may not be answered. */
  answersDue: number
}

/** A block that a neighbour asked of us. */
export interface ServeRequest {
  readonly handle: number
  readonly offset: number
  readonly length: number
}

/** How fast the CDN is for a neighbour, in thousandths of what it once was: see {@link CdnPace}. */
interface ToldPace {
  /** As told last before this member measured it itself. */
  before: number | undefined
  /** As told last since then. */
  since: number | undefined
}

/** Whether what a neighbour is given goes on to others, or ends there. */
export type NeighbourKind = 'givers' | 'sinks'

/**
 * The member at the other end of a link: what it offers, what was asked of it, what it asked of us, and how fast it
 * gives. Everything here is bounded, because the neighbour decides how much of it there is.
 */
export class Neighbour {
  greeted = false
  uploads = true
  rendition: RenditionId | undefined
  readonly cdnPace: ToldPace = { before: undefined, since: undefined }
  /** The share of its segments that it says neighbours did not bring in time: see {@link Shortage}. */
  shortage = 0
  /** Bytes given to the link and not yet on the network, as far as one knows: see {@link Uplink}. */
  backlog = 0
  /** Blocks served, on a scale on which all who wait stay close together: see {@link Uploads}. */
  served = 0
  /** Since when `backlog` has not become less. */
  waitsSince = Number.NEGATIVE_INFINITY
  /** True while what waits for the link does not leave, though the line carries what is sent elsewhere. */
  stuck = false
  /** Blocks that it gave and that were verified; Infinity where nothing is. */
  right = 0
  /** Blocks asked of it that are not known to be right, by segment. Not kept of one that is trusted. */
  readonly trials = new Map<SegmentKey, number>()
  /** How far into each of our copies' arrivals this neighbour has been told; `Infinity` when told that it is whole. */
  readonly told = new Map<number, number>()
  readonly serveQueue: ServeRequest[] = []
  /** Segments whose hash list it said to have, and those whose list it was given. */
  readonly lists = new KeyMemory(tuning.digestsRememberedMax)
  readonly listsGiven = new KeyMemory(tuning.digestsRememberedMax)
  /** Playlist edges that it told or was told, each as the newest segment's key. */
  readonly edges = new KeyMemory(tuning.digestsRememberedMax)
  private readonly offers = new Map<number, Offer>()
  private readonly offersOf = new Map<SegmentKey, Offer>()
  private readonly requests = new Map<number, OpenRequest>()
  /** Those of `requests` that are still waited for, oldest first. */
  private readonly awaited = new Map<number, OpenRequest>()
  private bytesPerSecond: number | undefined
  private lastBlockAt = 0
  /** How many blocks may be asked of it at once. */
  private depth: number = tuning.pipelineBlocksMin

  constructor(
    readonly link: LinkId,
    readonly member: MemberId,
    private readonly supplies: Supplies,
  ) {}

  get kind(): NeighbourKind {
    return this.uploads ? 'givers' : 'sinks'
  }

  /** Whether it gave so many right blocks that no more count is kept. */
  get isTrusted(): boolean {
    return this.right >= tuning.trustedBlocks
  }

  onTrial(key: SegmentKey): void {
    this.trials.set(key, (this.trials.get(key) ?? 0) + 1)
  }

  gaveRight(key: SegmentKey): void {
    this.right += 1
    if (this.isTrusted) this.trials.clear()
    const asked = this.trials.get(key)
    if (asked !== undefined) this.trials.set(key, asked - 1)
  }

  offer(key: SegmentKey): Offer | undefined {
    return this.offersOf.get(key)
  }

  offerNamed(handle: number): Offer | undefined {
    return this.offers.get(handle)
  }

  /** Notes `doing`. Returns what is wrong with it, if anything. */
  introduce(handle: number, segment: SegmentIdentity): 'handle-reused' | 'too-many-segments' | undefined {
    const key = segmentKey(segment)
    if (this.offers.has(handle) || this.offersOf.has(key)) return 'handle-reused'
    if (this.offers.size >= announcedSegmentsPerLinkMax) return 'too-many-segments'
    const supply = this.supplies.open(key)
    const offer = new Offer(key, handle, supply)
    this.offers.set(handle, offer)
    this.offersOf.set(key, offer)
    supply.join({ neighbour: this, offer })
    return undefined
  }

  /** Notes `lost`. Returns the segment's key, or undefined for a handle never introduced. */
  withdraw(handle: number): SegmentKey | undefined {
    const offer = this.offers.get(handle)
    if (offer === undefined) return undefined
    this.offers.delete(handle)
    this.offersOf.delete(offer.key)
    this.endOffer(offer)
    return offer.key
  }

  /** The link closed: nothing can be asked of it, and no answer comes. */
  gone(): void {
    for (const { request } of this.awaited.values()) this.noLongerAsked(request)
    this.awaited.clear()
    for (const offer of this.offers.values()) this.endOffer(offer)
    this.offers.clear()
    this.offersOf.clear()
  }

  /** How many more blocks may be asked of it now: about `pipelineMs` of what it has been giving. */
  get room(): number {
    return this.depth - this.awaited.size
  }

  /** How long a block asked now would take, in milliseconds, as far as one knows: for choosing among givers. */
  get expectedWaitMs(): number {
    return this.expectedMs(this.awaited.size + 1)
  }

  /** How long so many blocks would take it. */
  expectedMs(blocks: number): number {
    const rate = this.bytesPerSecond ?? (tuning.pipelineBlocksMin * blockBytes * 1000) / tuning.pipelineMs
    return (blocks * blockBytes * 1000) / Math.max(rate, 1)
  }

  asked(request: BlockRequest): void {
    const name = requestName(request.handle, request.offset)
    const before = this.requests.get(name)
    if (before !== undefined) this.close(name, before)
    const open: OpenRequest = { request, state: 'waiting', answersDue: (before?.answersDue ?? 0) + 1 }
    this.requests.set(name, open)
    this.awaited.set(name, open)
    this.supplies.open(request.key).asked(request.index, 1)
  }

  /** Requests still waited for, oldest first. They may be given up on the way. */
  waiting(): Iterable<Readonly<OpenRequest>> {
    return this.awaited.values()
  }

  /** Asks for the request back. Returns false when that was done before, or nobody waits for it. */
  recall(request: BlockRequest): boolean {
    const open = this.requests.get(requestName(request.handle, request.offset))
    if (open?.state !== 'waiting') return false
    open.state = 'recalled'
    return true
  }

  /** The neighbour refuses a block. A request that was not taken back says that it does not hold what it told of. */
  rejected(handle: number, offset: number): void {
    const state = this.requests.get(requestName(handle, offset))?.state
    this.answered(handle, offset)
    if (state === 'waiting') this.offers.get(handle)?.refuse()
  }

  /** The neighbour answered: returns the request, or undefined when nothing of the kind was asked. */
  answered(handle: number, offset: number): BlockRequest | undefined {
    const name = requestName(handle, offset)
    const open = this.requests.get(name)
    if (open === undefined) return undefined
    this.close(name, open)
    open.answersDue -= 1
    if (open.answersDue === 0) this.requests.delete(name)
    return open.request
  }

  /** No longer waits for the answer, which may still come. */
  giveUp(request: BlockRequest): void {
    const name = requestName(request.handle, request.offset)
    const open = this.awaited.get(name)
    if (open === undefined) return
    this.close(name, open)
    this.forgetOldGivenUp()
  }

  /** Feeds the goodput: one block came that was asked at `askedAt`. */
  blockCame(bytes: number, askedAt: number, now: number): void {
    const since = Math.max(askedAt, this.lastBlockAt)
    const measured = (bytes * 1000) / Math.max(now - since, 1)
    this.bytesPerSecond = smoothed(this.bytesPerSecond, measured, tuning.goodputWeight)
    this.lastBlockAt = now
    this.noteDepth()
  }

  /** So many bytes more wait for the link. */
  sending(bytes: number, now: number): void {
    if (this.backlog === 0) this.waitsSince = now
    this.backlog += bytes
  }

  backlogSeen(bytes: number, now: number): void {
    if (bytes === 0 || bytes < this.backlog) this.waitsSince = now
    this.backlog = bytes
  }

  /** A request timed out: believe in half of its goodput. */
  wasLate(): void {
    if (this.bytesPerSecond === undefined) return
    this.bytesPerSecond /= 2
    this.noteDepth()
  }

  private noteDepth(): void {
    const rate = this.bytesPerSecond ?? 0
    const wanted = Math.ceil((rate * tuning.pipelineMs) / 1000 / blockBytes) + 1
    this.depth = Math.min(Math.max(wanted, tuning.pipelineBlocksMin), tuning.pipelineBlocksMax)
  }

  /** No longer waits for it. */
  private close(name: number, open: OpenRequest): void {
    open.state = 'given-up'
    if (this.awaited.delete(name)) this.noLongerAsked(open.request)
  }

  private noLongerAsked({ key, index }: BlockRequest): void {
    this.supplies.get(key)?.asked(index, -1)
    this.supplies.tidy(key)
  }

  private endOffer(offer: Offer): void {
    offer.end()
    this.supplies.get(offer.key)?.leave(offer)
    this.supplies.tidy(offer.key)
  }

  private forgetOldGivenUp(): void {
    if (this.requests.size <= tuning.requestsRememberedMax) return
    for (const [name, open] of this.requests) {
      if (open.state !== 'given-up') continue
      this.requests.delete(name)
      return
    }
  }
}

/**
 * A number that no other block of this link has, whatever numbers the neighbour chooses: both are below 2^32, and what is
 * asked for, below `segmentBytesMax`. Small while handles are, which makes it a cheap key.
 */
function requestName(handle: number, offset: number): number {
  return offset % blockBytes === 0 && offset < segmentBytesMax ? handle * blocksMax + offset / blockBytes : -1
}
