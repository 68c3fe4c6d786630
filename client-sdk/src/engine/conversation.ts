import { segmentKey, type SegmentIdentity, type SegmentKey } from '../../../protocol/segment-key.js'
import { wireVersion, type ClaimMessage, type WireMessage } from '../../../protocol/wire-messages.js'
import { ClaimRelay } from './claim-relay.js'
import type { EngineContext } from './context.js'
import type { Neighbour } from './neighbour.js'
import type { DigestMessage } from './list-exchange.js'
import type { LinkViolation } from './outputs.js'
import type { OwnClaims } from './own-claims.js'
import type { SignedPlaylistEdge } from '../../../protocol/playlist-edge.js'

/** What a neighbour's words change beyond what is known of the neighbour itself. */
export interface ConversationListener {
  /** A neighbour offers a segment, or more of it. */
  offered(segment: SegmentIdentity, now: number): void
  /** Whether this member will soon want the segment. */
  matters(segment: SegmentIdentity, now: number): boolean
  /** A neighbour no longer holds a segment. */
  lost(neighbour: Neighbour, key: SegmentKey): void
  /** A neighbour says how long a segment is. */
  lengthTold(neighbour: Neighbour, key: SegmentKey, bytes: number, now: number): void
  /** Whether the CDN has shown this member another length. */
  contradicts(key: SegmentKey, bytes: number): boolean
  /** A neighbour says something about hash lists. */
  digestHeard(neighbour: Neighbour, message: DigestMessage, now: number): LinkViolation | undefined
  /** A neighbour says what a playlist has come to. */
  edgeHeard(neighbour: Neighbour, edge: SignedPlaylistEdge): void
}

/** These change nothing of what is fetched or asked for, or what takes them says whether they do. */
const changesNothing: ReadonlySet<WireMessage['kind']> = new Set([
  'claim',
  'unclaim',
  'cdn-pace',
  'lost',
  'playlist-edge',
  'shortage',
])

/** Takes in what neighbours say. Nothing they say is believed further than this file checks it. */
export class Conversation {
  private readonly relay: ClaimRelay

  constructor(
    private readonly context: EngineContext,
    private readonly ownClaims: OwnClaims,
    private readonly listener: ConversationListener,
  ) {
    this.relay = new ClaimRelay(context)
  }

  heard(neighbour: Neighbour, message: WireMessage, now: number): void {
    const violation = this.take(neighbour, message, now)
    if (violation !== undefined) this.context.accuse(neighbour.link, violation)
  }

  private take(neighbour: Neighbour, message: WireMessage, now: number): LinkViolation | undefined {
    if (!changesNothing.has(message.kind)) this.context.unsettleSoon()
    switch (message.kind) {
      case 'hello':
        if (neighbour.greeted) return 'hello-repeated'
        if (message.version !== wireVersion) return 'version-unsupported'
        neighbour.greeted = true
        neighbour.uploads = message.uploads
        neighbour.rendition = message.rendition
        return undefined
      case 'follow':
        neighbour.rendition = message.rendition
        return undefined
      case 'doing': {
        const violation = neighbour.introduce(message.handle, message.segment)
        if (violation === undefined) this.listener.offered(message.segment, now)
        return violation
      }
      case 'holds':
        return this.holds(neighbour, message.handle, message.runs, now)
      case 'have':
        return this.have(neighbour, message.handle, message.bytes, now)
      case 'ends':
        return this.ends(neighbour, message.handle, message.bytes)
      case 'lost': {
        const key = neighbour.withdraw(message.handle)
        if (key === undefined) return 'handle-unknown'
        if (this.context.tasks.has(key)) this.context.unsettleSoon()
        this.listener.lost(neighbour, key)
        return undefined
      }
      case 'claim':
      case 'unclaim':
        this.claim(neighbour, message, now)
        return undefined
      case 'cdn-pace':
        neighbour.cdnPace.since = message.permille
        return undefined
      case 'shortage':
        neighbour.shortage = message.tenths / 10
        return undefined
      case 'digest-held':
      case 'digest-asked':
      case 'digest':
        return this.listener.digestHeard(neighbour, message, now)
      case 'playlist-edge':
        this.listener.edgeHeard(neighbour, message)
        return undefined
    }
  }

  private holds(
    neighbour: Neighbour,
    handle: number,
    runs: Extract<WireMessage, { kind: 'holds' }>['runs'],
    now: number,
  ): LinkViolation | undefined {
    const offer = neighbour.offerNamed(handle)
    if (offer === undefined) return 'handle-unknown'
    if (!offer.add(runs)) return 'block-outside'
    this.noteProgress(offer.key, now)
    return undefined
  }

  private have(neighbour: Neighbour, handle: number, bytes: number, now: number): LinkViolation | undefined {
    const offer = neighbour.offerNamed(handle)
    if (offer === undefined) return 'handle-unknown'
    if (offer.contradicts(bytes)) return 'length-conflict'
    if (!offer.whole(bytes)) return 'block-outside'
    this.noteProgress(offer.key, now)
    this.listener.lengthTold(neighbour, offer.key, bytes, now)
    return undefined
  }

  private ends(neighbour: Neighbour, handle: number, bytes: number): LinkViolation | undefined {
    const offer = neighbour.offerNamed(handle)
    if (offer === undefined) return 'handle-unknown'
    if (offer.contradicts(bytes) || this.listener.contradicts(offer.key, bytes)) return 'length-conflict'
    return offer.ends(bytes) ? undefined : 'block-outside'
  }

  private noteProgress(key: SegmentKey, now: number): void {
    const task = this.context.tasks.get(key)
    if (task !== undefined) task.progressAt = now
  }

  /** Claims on segments that matter here are passed on once, and those of which nobody told this member before. */
  private claim(neighbour: Neighbour, message: ClaimMessage, now: number): void {
    const { claimant, segment, run } = message
    if (claimant === this.context.config.self) return
    const key = segmentKey(segment)
    const task = this.context.tasks.get(key)
    if (task === undefined && !this.listener.matters(segment, now)) return
    const { claims } = this.context
    const { link } = neighbour
    const isClaim = message.kind === 'claim'
    const news = isClaim
      ? claims.heard(key, claimant, run, link, now)
      : claims.withdrawn(key, claimant, run, link)
    if (news === undefined) return
    if (isClaim && task !== undefined) this.ownClaims.yieldTo(news, task)
    this.context.unsettleSoon()
    this.relay.pass(message, news, link)
  }
}
