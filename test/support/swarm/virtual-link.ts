import type { MemberId } from '../../../protocol/ids.js'
import type { Link, LinkListener } from '../../../client-sdk/src/ports/link.js'
import { lowWatermarkBytes, highWatermarkBytes } from '../../../client-sdk/src/ports/channel.js'
import { decodeWireMessage, encodeWireMessage, type WireMessage } from '../../../protocol/wire-messages.js'
import type { VirtualClock } from './virtual-clock.js'

/** An uplink: what all links of one member share. Infinity is an uplink that never holds anything up. */
export class VirtualUplink {
  private freeAt = 0

  constructor(
    private readonly clock: VirtualClock,
    private readonly bytesPerSecond: number,
  ) {}

  /** When the last of these bytes has left, if they are sent after all that waits already. */
  sendAt(bytes: number): number {
    this.freeAt = Math.max(this.freeAt, this.clock.now()) + (bytes * 1000) / this.bytesPerSecond
    return this.freeAt
  }
}

/** Overhead of one frame on the wire, about: BitTorrent header, SCTP, DTLS, UDP, IP. */
const frameOverheadBytes = 80

/** One end of a link between two members in virtual time: delay, shared uplinks, ordered delivery, real codecs. */
export class VirtualLink implements Link {
  bufferedBytes = 0
  closedWith: string | undefined
  private listener: LinkListener | undefined
  private other!: VirtualLink

  private constructor(
    readonly member: MemberId,
    private readonly clock: VirtualClock,
    private readonly uplink: VirtualUplink,
    private readonly delayMs: number,
  ) {}

  static pair(
    clock: VirtualClock,
    a: { member: MemberId; uplink: VirtualUplink },
    b: { member: MemberId; uplink: VirtualUplink },
    delayMs: number,
  ): [VirtualLink, VirtualLink] {
    const atA = new VirtualLink(b.member, clock, a.uplink, delayMs)
    const atB = new VirtualLink(a.member, clock, b.uplink, delayMs)
    atA.other = atB
    atB.other = atA
    return [atA, atB]
  }

  listen(listener: LinkListener): void {
    this.listener = listener
  }

  sendMessage(message: WireMessage): void {
    const bytes = encodeWireMessage(message)
    this.transmit(bytes.length, (listener) => {
      const decoded = decodeWireMessage(bytes)
      if (!decoded.ok) throw new Error(`our own message does not decode: ${decoded.detail}`)
      listener.message(decoded.value)
    })
  }

  requestBlock(handle: number, offset: number, length: number): void {
    this.transmit(13, (listener) => listener.blockRequested(handle, offset, length))
  }

  cancelBlock(handle: number, offset: number, length: number): void {
    this.transmit(13, (listener) => listener.requestCancelled(handle, offset, length))
  }

  sendBlock(handle: number, offset: number, bytes: Uint8Array): void {
    this.transmit(bytes.length, (listener) => listener.blockReceived(handle, offset, bytes))
  }

  rejectBlock(handle: number, offset: number, length: number): void {
    this.transmit(13, (listener) => listener.requestRejected(handle, offset, length))
  }

  close(code: string): void {
    if (this.closedWith !== undefined) return
    this.closedWith = code
    this.clock.wake(this.clock.now(), () => this.listener?.closed())
    this.clock.wake(this.clock.now() + this.delayMs, () => this.other.close('remote'))
  }

  private transmit(payloadBytes: number, arrive: (listener: LinkListener) => void): void {
    if (this.closedWith !== undefined) return
    const bytes = payloadBytes + frameOverheadBytes
    const sentAt = this.uplink.sendAt(bytes)
    this.bufferedBytes += bytes
    this.clock.wake(sentAt, () => {
      const before = this.bufferedBytes
      this.bufferedBytes -= bytes
      const drained =
        before > highWatermarkBytes || (before > lowWatermarkBytes && this.bufferedBytes <= lowWatermarkBytes)
      if (drained && this.bufferedBytes <= lowWatermarkBytes && this.closedWith === undefined)
        this.listener?.drained()
    })
    this.clock.wake(sentAt + this.delayMs, () => {
      if (this.other.closedWith === undefined && this.other.listener !== undefined)
        arrive(this.other.listener)
    })
  }
}
