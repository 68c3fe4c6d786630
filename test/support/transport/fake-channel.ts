import {
  highWatermarkBytes,
  lowWatermarkBytes,
  type Channel,
  type ChannelConnector,
  type ChannelListener,
  type ConnectListener,
  type PendingChannel,
} from '../../../client-sdk/src/ports/channel.js'
import type { Clock } from '../../../client-sdk/src/ports/clock.js'
import type { Signal } from '../../../protocol/tracker-messages.js'

export interface FakeChannelSettings {
  /** One way, in milliseconds. */
  readonly delayMs: number
  /** What leaves the send buffer; Infinity never holds anything up. */
  readonly bytesPerSecond: number
  /** Like the real one's. */
  readonly connectTimeoutMs: number
}

export const quickChannels: FakeChannelSettings = {
  delayMs: 5,
  bytesPerSecond: Infinity,
  connectTimeoutMs: 15_000,
}

/**
 * Makes channels in memory. Ends find each other by their signals: an offer names its end, an answer both, as SDPs
 * do; a candidate follows each, as with trickling. Garbage makes a connection fail.
 */
export class FakeNetwork implements ChannelConnector {
  /** Connections and channels neither closed nor failed. */
  readonly alive = new Set<FakeChannel>()
  private readonly ends: FakeChannel[] = []

  constructor(
    readonly clock: Clock,
    readonly settings: FakeChannelSettings = quickChannels,
  ) {}

  connect(initiate: boolean, listener: ConnectListener): PendingChannel {
    const end = new FakeChannel(this, this.ends.length, initiate, listener)
    this.ends.push(end)
    this.alive.add(end)
    return end
  }

  end(number: unknown): FakeChannel | undefined {
    return typeof number === 'number' ? this.ends[number] : undefined
  }
}

export class FakeChannel implements Channel, PendingChannel {
  bufferedBytes = 0
  private state: 'connecting' | 'open' | 'closed' = 'connecting'
  private other: FakeChannel | undefined
  private listener: ChannelListener | undefined
  private unheard: Uint8Array[] = []
  private freeAt = 0
  private congested = false
  private readonly cancelTimeout: () => void

  constructor(
    private readonly network: FakeNetwork,
    readonly number: number,
    private readonly initiate: boolean,
    private readonly connecting: ConnectListener,
  ) {
    const { clock, settings } = network
    this.cancelTimeout = clock.wake(clock.now() + settings.connectTimeoutMs, () => this.end())
    if (initiate) clock.wake(clock.now(), () => this.describe('offer', undefined))
  }

  accept(signal: Signal): void {
    if (this.state !== 'connecting' || signal['type'] === 'candidate') return
    const other = this.network.end(signal['end'])
    const fits = signal['type'] === (this.initiate ? 'answer' : 'offer') && other !== undefined
    if (!fits || this.other || (this.initiate && signal['to'] !== this.number)) {
      this.end()
      return
    }
    this.other = other
    const { clock, settings } = this.network
    if (!this.initiate) this.describe('answer', other.number)
    clock.wake(clock.now() + 2 * settings.delayMs, () => this.open())
  }

  send(bytes: Uint8Array): void {
    if (this.state !== 'open') return
    const { clock, settings } = this.network
    const copy = new Uint8Array(bytes)
    this.freeAt = Math.max(this.freeAt, clock.now()) + (copy.length * 1000) / settings.bytesPerSecond
    this.bufferedBytes += copy.length
    if (this.bufferedBytes > highWatermarkBytes) this.congested = true
    clock.wake(this.freeAt, () => this.handleSent(copy.length))
    clock.wake(this.freeAt + settings.delayMs, () => this.other?.deliver(copy))
  }

  get roundTripMs(): number | undefined {
    return this.state === 'open' ? 2 * this.network.settings.delayMs : undefined
  }

  listen(listener: ChannelListener): void {
    this.listener = listener
    for (const bytes of this.unheard.splice(0)) listener.received(bytes)
  }

  close(): void {
    if (this.state === 'closed') return
    const { clock, settings } = this.network
    this.state = 'closed'
    this.cancelTimeout()
    this.network.alive.delete(this)
    clock.wake(clock.now() + settings.delayMs, () => this.other?.handleOtherClosed())
  }

  private describe(type: 'offer' | 'answer', to: number | undefined): void {
    if (this.state !== 'connecting') return
    this.connecting.signal({ type, end: this.number, ...(to === undefined ? {} : { to }) })
    this.connecting.signal({ type: 'candidate', candidate: { candidate: `of ${this.number}` } })
  }

  private open(): void {
    if (this.state !== 'connecting' || this.other?.state === 'closed') return
    this.state = 'open'
    this.cancelTimeout()
    this.connecting.opened(this)
  }

  private deliver(bytes: Uint8Array): void {
    if (this.state === 'closed') return
    if (this.listener) this.listener.received(bytes)
    else this.unheard.push(bytes)
  }

  private handleSent(bytes: number): void {
    this.bufferedBytes -= bytes
    if (!this.congested || this.bufferedBytes > lowWatermarkBytes) return
    this.congested = false
    if (this.state === 'open') this.listener?.drained()
  }

  private handleOtherClosed(): void {
    if (this.state !== 'connecting') this.end()
  }

  private end(): void {
    if (this.state === 'closed') return
    const before = this.state
    this.close()
    if (before === 'connecting') this.connecting.failed()
    else this.listener?.closed()
  }
}

/** Two channels connected to each other. */
export async function channelPair(
  network: FakeNetwork,
  pass: () => Promise<void>,
): Promise<[Channel, Channel]> {
  const opened: Channel[] = []
  const ends: PendingChannel[] = []
  for (const side of [0, 1]) {
    ends[side] = network.connect(side === 0, {
      signal: (signal) => ends[1 - side]?.accept(signal),
      opened: (channel) => (opened[side] = channel),
      failed: () => undefined,
    })
  }
  await pass()
  const [a, b] = opened
  if (!a || !b) throw new Error('the pair did not connect')
  return [a, b]
}
