import type { MemberId } from '../../../protocol/ids.js'
import type { Link, LinkListener } from '../../../client-sdk/src/ports/link.js'
import { lowWatermarkBytes, highWatermarkBytes } from '../../../client-sdk/src/ports/channel.js'
import type { Random } from '../../../client-sdk/src/ports/random.js'
import { decodeWireMessage, encodeWireMessage, type WireMessage } from '../../../protocol/wire-messages.js'
import { LeavingFrames } from './leaving-frames.js'
import type { VirtualClock } from './virtual-clock.js'
import type { VirtualFrame } from './virtual-frame.js'
import type { ReceivingEnd, VirtualInbox } from './virtual-inbox.js'
import type { VirtualUplink } from './virtual-uplink.js'

/** Overhead of one frame on the wire, about: BitTorrent header, SCTP, DTLS, UDP, IP. */
const frameOverheadBytes = 80
/** `request`, `cancel` and `reject` frames of BitTorrent. */
const requestBytes = 13

/** What lies between two members. */
export interface VirtualPath {
  /** One way. */
  readonly delayMs: number
  /** Added to the delay of each frame, from none to this; frames stay in order. */
  readonly jitterMs?: number
  /** Share of frames of which a part is lost and sent again, a round trip later. All behind it wait. */
  readonly lossShare?: number
  /** Needed for jitter and loss. */
  readonly random?: Random
  /** Messages pass through the wire's codec unless this is false, which is faster and no different. */
  readonly codec?: boolean
  /** Where bytes of blocks are counted. */
  readonly books?: BlockBooks
}

/** Bytes of blocks that links were given, and that they handed over. */
export interface BlockBooks {
  sentBytes: number
  arrivedBytes: number
}

interface LinkEnd {
  readonly member: MemberId
  readonly uplink: VirtualUplink
  readonly inbox: VirtualInbox
  /** False: blocks given to this end go nowhere. */
  readonly sendsBlocks?: boolean
  /** True: a byte of every block given to this end is another one when it arrives. */
  readonly changesBlocks?: boolean
}

/** One end of a link between two members in virtual time: delay, shared uplinks, ordered delivery. */
export class VirtualLink implements Link, ReceivingEnd {
  closedWith: string | undefined
  /** Called once, when this end closes, with the reason: `remote` if the other end did. */
  ended: (code: string) => void = () => {}
  /** As `ended`, for whoever made the link. */
  closing: () => void = () => {}
  private listener: LinkListener | undefined
  private other!: VirtualLink
  private readonly leaving = new LeavingFrames()
  private lastArrival = 0
  private heldUntil = 0
  private congested = false

  private constructor(
    readonly member: MemberId,
    private readonly clock: VirtualClock,
    private readonly uplink: VirtualUplink,
    private readonly inbox: VirtualInbox,
    private readonly path: VirtualPath,
    private readonly sendsBlocks: boolean,
    private readonly changesBlocks: boolean,
  ) {}

  static pair(clock: VirtualClock, a: LinkEnd, b: LinkEnd, path: VirtualPath): [VirtualLink, VirtualLink] {
    const end = (here: LinkEnd, there: LinkEnd) =>
      new VirtualLink(
        there.member,
        clock,
        here.uplink,
        here.inbox,
        path,
        here.sendsBlocks !== false,
        here.changesBlocks === true,
      )
    const [atA, atB] = [end(a, b), end(b, a)]
    atA.other = atB
    atB.other = atA
    return [atA, atB]
  }

  get roundTripMs(): number {
    return 2 * this.path.delayMs + this.uplink.queueMs + this.other.uplink.queueMs
  }

  get bufferedBytes(): number {
    this.leaving.forgetLeft(this.clock.now())
    return this.leaving.bytes
  }

  listen(listener: LinkListener): void {
    this.listener = listener
  }

  sendMessage(message: WireMessage): void {
    if (this.path.codec === false) {
      this.transmit(messageBytes(message), message)
      return
    }
    const bytes = encodeWireMessage(message)
    this.transmit(bytes.length, { kind: 'encoded', bytes })
  }

  requestBlock(handle: number, offset: number, length: number): void {
    this.transmit(requestBytes, { kind: 'request', handle, offset, length })
  }

  cancelBlock(handle: number, offset: number, length: number): void {
    this.transmit(requestBytes, { kind: 'cancel', handle, offset, length })
  }

  sendBlock(handle: number, offset: number, bytes: Uint8Array): void {
    const { books } = this.path
    if (this.closedWith !== undefined) return
    if (books !== undefined) books.sentBytes += bytes.length
    if (!this.sendsBlocks) return
    const sent = this.changesBlocks ? changed(bytes) : bytes
    this.transmit(bytes.length, { kind: 'block', handle, offset, bytes: sent })
  }

  rejectBlock(handle: number, offset: number, length: number): void {
    this.transmit(requestBytes, { kind: 'reject', handle, offset, length })
  }

  /** A frame of the other end comes. */
  receive(frame: VirtualFrame): void {
    const { listener } = this
    if (listener === undefined || this.closedWith !== undefined) return
    switch (frame.kind) {
      case 'request':
        listener.blockRequested(frame.handle, frame.offset, frame.length)
        break
      case 'cancel':
        listener.requestCancelled(frame.handle, frame.offset, frame.length)
        break
      case 'reject':
        listener.requestRejected(frame.handle, frame.offset, frame.length)
        break
      case 'block': {
        const { books } = this.path
        if (books !== undefined) books.arrivedBytes += frame.bytes.length
        listener.blockReceived(frame.handle, frame.offset, frame.bytes)
        break
      }
      case 'encoded':
        listener.message(decoded(frame.bytes))
        break
      default:
        listener.message(frame)
    }
  }

  close(code: string): void {
    if (this.closedWith !== undefined) return
    this.closedWith = code
    this.clock.call(this.clock.now(), () => this.listener?.closed(), this.inbox.actor)
    const heardAt = Math.max(this.clock.now(), this.heldUntil) + this.path.delayMs
    if (Number.isFinite(heardAt)) this.other.closeAt(heardAt)
    this.ended(code)
    this.closing()
  }

  /** The other end is gone and says nothing; this one notices after so long. */
  loseOther(afterMs: number): void {
    this.hold(Number.POSITIVE_INFINITY)
    this.closeAt(this.clock.now() + afterMs)
  }

  /** This end is found closed then. */
  closeAt(at: number): void {
    this.clock.call(at, () => this.close('remote'), this.inbox.actor)
  }

  /** Nothing sent from now on arrives before `until`, in either direction: the path between the two is gone. */
  hold(until: number): void {
    this.heldUntil = Math.max(this.heldUntil, until)
    this.other.heldUntil = Math.max(this.other.heldUntil, until)
  }

  private transmit(payloadBytes: number, frame: VirtualFrame): void {
    if (this.closedWith !== undefined) return
    const bytes = payloadBytes + frameOverheadBytes
    const now = this.clock.now()
    const sentAt = this.uplink.sendAt(bytes)
    if (sentAt > now) {
      this.leaving.forgetLeft(now)
      this.leaving.push(sentAt, bytes)
      if (!this.congested && this.leaving.bytes > highWatermarkBytes) this.watchDrain()
    }
    const at = Math.max(sentAt + this.delayMs(), this.heldUntil + this.path.delayMs, this.lastArrival)
    this.lastArrival = at
    if (at < Number.POSITIVE_INFINITY) this.other.inbox.put(at, this.other, frame)
  }

  private delayMs(): number {
    const { delayMs, jitterMs = 0, lossShare = 0, random } = this.path
    if (random === undefined) return delayMs
    const lostMs = lossShare > 0 && random() < lossShare ? 2 * delayMs : 0
    return delayMs + lostMs + (jitterMs > 0 ? jitterMs * random() : 0)
  }

  private watchDrain(): void {
    this.congested = true
    const at = this.leaving.lowAt(lowWatermarkBytes) ?? this.clock.now()
    this.clock.wake(at, () => {
      if (this.closedWith !== undefined) return
      if (this.bufferedBytes > lowWatermarkBytes) {
        this.watchDrain()
        return
      }
      this.congested = false
      this.listener?.drained()
    })
  }
}

function decoded(bytes: Uint8Array): WireMessage {
  const message = decodeWireMessage(bytes)
  if (!message.ok) throw new Error(`our own message does not decode: ${message.detail}`)
  return message.value
}

/** Of the right length, and different in one byte. */
function changed(bytes: Uint8Array): Uint8Array {
  const other = bytes.slice()
  other[0] = (other[0] ?? 0) ^ 1
  return other
}

/** What a message takes on the wire, about, where it is not encoded. */
function messageBytes(message: WireMessage): number {
  return 'runs' in message ? 6 + 8 * message.runs.length : 48
}
