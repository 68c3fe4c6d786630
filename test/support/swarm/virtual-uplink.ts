import type { VirtualClock } from './virtual-clock.js'

/** An uplink: what all links of one member share, first come, first sent. Infinity never holds anything up. */
export class VirtualUplink {
  /** Longest that a byte waited, in ms: what a bounded queue is told by. */
  queueMsMax = 0
  /** Most bytes that ever waited. */
  queueBytesMax = 0
  private freeAt = 0

  constructor(
    private readonly clock: VirtualClock,
    readonly bytesPerSecond: number,
  ) {}

  /** How long a byte that is sent now waits. */
  get queueMs(): number {
    return Math.max(0, this.freeAt - this.clock.now())
  }

  /** When the last of these bytes has left, if they are sent after all that waits already. */
  sendAt(bytes: number): number {
    const now = this.clock.now()
    this.freeAt = Math.max(this.freeAt, now) + (bytes * 1000) / this.bytesPerSecond
    const queueMs = this.freeAt - now
    if (queueMs > this.queueMsMax) {
      this.queueMsMax = queueMs
      this.queueBytesMax = (queueMs * this.bytesPerSecond) / 1000
    }
    return this.freeAt
  }
}
