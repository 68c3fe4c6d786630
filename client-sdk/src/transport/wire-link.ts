import type { MemberId, SwarmId } from '../../../protocol/ids.js'
import { decodeWireMessage, encodeWireMessage, type WireMessage } from '../../../protocol/wire-messages.js'
import type { Channel } from '../ports/channel.js'
import type { Clock } from '../ports/clock.js'
import type { Link, LinkListener } from '../ports/link.js'
import { FrameBatch } from './frame-batch.js'
import { FrameGuard } from './frame-guard.js'
import { FrameRate } from './frame-rate.js'
import { messageCode, type LinkCode } from './link-code.js'
import { MemberWire, type MemberWireListener } from './member-wire.js'

/** Who is on which end of a link, and where. */
export interface WireLinkEnds {
  readonly self: MemberId
  /** The member that was introduced: nobody else may be at the other end. */
  readonly member: MemberId
  readonly swarm: SwarmId
}

/** Hears how a link comes about and ends: `opened` at most once, then `ended`, once. */
export interface WireLinkListener {
  opened(link: Link): void
  /** `code` is a {@link LinkCode}, or what somebody gave to `Link.close`. */
  ended(code: string): void
}

/** Makes a link of an open channel. Returns a way to give up. */
export type LinkOpener = (
  channel: Channel,
  ends: WireLinkEnds,
  clock: Clock,
  listener: WireLinkListener,
) => { close(code: string): void }

/** Time for both handshakes, which take one round trip. */
export const handshakeTimeoutMs = 5_000

/**
 * Events kept for a link to which nobody listens yet. Whoever opens a link listens in the same turn or the next;
 * this bounds a mistake.
 */
const eventsBeforeListenMax = 256

/**
 * Speaks the BitTorrent wire protocol over an open channel and makes it a link once the neighbour has proved to be
 * the member introduced, in the same swarm, with the same extensions. Returns a way to give up.
 */
export function openWireLink(
  channel: Channel,
  ends: WireLinkEnds,
  clock: Clock,
  listener: WireLinkListener,
): { close(code: string): void } {
  return new WireLink(channel, ends, clock, listener)
}

class WireLink implements Link, MemberWireListener {
  private state: 'opening' | 'open' | 'closed' = 'opening'
  private readonly guard = new FrameGuard()
  private readonly rate: FrameRate
  private readonly batch: FrameBatch
  private readonly wire: MemberWire
  private readonly cancelTimeout: () => void
  private linkListener: LinkListener | undefined
  private backlog: ((listener: LinkListener) => void)[] = []

  constructor(
    private readonly channel: Channel,
    private readonly ends: WireLinkEnds,
    private readonly clock: Clock,
    private readonly opening: WireLinkListener,
  ) {
    this.rate = new FrameRate(clock.now())
    this.batch = new FrameBatch((message) => channel.send(message))
    this.wire = new MemberWire(this)
    this.cancelTimeout = clock.wake(clock.now() + handshakeTimeoutMs, () => this.end('handshake-late'))
    this.wire.open(ends.swarm, ends.self)
    channel.listen({
      received: (bytes) => this.handleBytes(bytes),
      drained: () => this.tell((heard) => heard.drained()),
      closed: () => this.end('channel-closed'),
    })
  }

  get member(): MemberId {
    return this.ends.member
  }

  get bufferedBytes(): number {
    return this.batch.bufferedBytes + this.channel.bufferedBytes
  }

  get roundTripMs(): number | undefined {
    return this.channel.roundTripMs
  }

  listen(listener: LinkListener): void {
    this.linkListener = listener
    const backlog = this.backlog
    this.backlog = []
    for (const event of backlog) event(listener)
  }

  sendMessage(message: WireMessage): void {
    if (this.state === 'open') this.wire.message(encodeWireMessage(message))
  }

  requestBlock(handle: number, offset: number, length: number): void {
    if (this.state === 'open') this.wire.request(handle, offset, length)
  }

  cancelBlock(handle: number, offset: number, length: number): void {
    if (this.state === 'open') this.wire.cancel(handle, offset, length)
  }

  sendBlock(handle: number, offset: number, bytes: Uint8Array): void {
    if (this.state === 'open') this.wire.block(handle, offset, bytes)
  }

  rejectBlock(handle: number, offset: number, length: number): void {
    if (this.state === 'open') this.wire.reject(handle, offset, length)
  }

  close(code: string): void {
    this.end(code)
  }

  handshaken(swarm: string, member: string, speaksExtensions: boolean): void {
    if (this.state !== 'opening') return
    if (swarm !== this.ends.swarm) this.end('swarm-mismatch')
    else if (member !== this.ends.member) this.end('member-mismatch')
    else if (!speaksExtensions) this.end('extension-missing')
  }

  extensionReady(serves: boolean): void {
    if (this.state !== 'opening') return
    if (!serves) {
      this.end('choked')
      return
    }
    this.state = 'open'
    this.cancelTimeout()
    this.opening.opened(this)
  }

  message(payload: Uint8Array): void {
    if (this.state !== 'open') return
    const decoded = decodeWireMessage(payload)
    if (decoded.ok) this.tell((listener) => listener.message(decoded.value))
    else this.end(messageCode(decoded.code))
  }

  requested(handle: number, offset: number, length: number): void {
    this.tell((listener) => listener.blockRequested(handle, offset, length))
  }

  cancelled(handle: number, offset: number, length: number): void {
    this.tell((listener) => listener.requestCancelled(handle, offset, length))
  }

  block(handle: number, offset: number, bytes: Uint8Array): void {
    const kept = keepable(bytes)
    this.tell((listener) => listener.blockReceived(handle, offset, kept))
  }

  rejected(handle: number, offset: number, length: number): void {
    this.tell((listener) => listener.requestRejected(handle, offset, length))
  }

  outgoing(parts: readonly Uint8Array[]): void {
    this.batch.add(parts)
  }

  private handleBytes(bytes: Uint8Array): void {
    if (this.state === 'closed') return
    const frames = this.guard.accept(bytes)
    if (!frames.ok) this.end(frames.code)
    else if (!this.rate.admit(frames.value.length, bytes.length, this.clock.now())) this.end('frame-flood')
    else for (const frame of frames.value) this.wire.accept(frame)
  }

  private tell(event: (listener: LinkListener) => void): void {
    if (this.state !== 'open') return
    if (this.linkListener) event(this.linkListener)
    else if (this.backlog.length < eventsBeforeListenMax) this.backlog.push(event)
    else this.end('listener-late')
  }

  /** Ends everything now; tells of it in a microtask, so that whoever closes is not called back within the call. */
  private end(code: LinkCode | (string & {})): void {
    if (this.state === 'closed') return
    const wasOpen = this.state === 'open'
    this.state = 'closed'
    this.cancelTimeout()
    this.batch.flush()
    this.batch.close()
    this.wire.close()
    this.channel.close()
    queueMicrotask(() => {
      if (wasOpen) this.announceClosed()
      this.opening.ended(code)
    })
  }

  private announceClosed(): void {
    if (this.linkListener) this.linkListener.closed()
    else this.backlog.push((listener) => listener.closed())
  }
}

/** A block that lies in a larger buffer would keep all of that alive: then it is copied. */
function keepable(bytes: Uint8Array): Uint8Array {
  return bytes.buffer.byteLength > bytes.length + pieceHeadBytes ? new Uint8Array(bytes) : bytes
}

/** Length, type, handle and offset before a block in its frame. */
const pieceHeadBytes = 13
