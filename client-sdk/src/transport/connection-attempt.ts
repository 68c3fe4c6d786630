import type { Channel, ChannelConnector, PendingChannel } from '../ports/channel.js'
import type { Clock } from '../ports/clock.js'
import type { Link } from '../ports/link.js'
import type { Signal } from '../../../protocol/tracker-messages.js'
import type { LinkOpener, WireLinkEnds } from './wire-link.js'

/** Hears one attempt: any number of `signal`, `opened` at most once, then `ended`, once. */
export interface AttemptListener {
  signal(signal: Signal): void
  opened(link: Link): void
  ended(code: string): void
}

/** What an attempt works with. */
export interface AttemptParts {
  readonly connector: ChannelConnector
  readonly openLink: LinkOpener
  readonly clock: Clock
}

/**
 * One try at a link to one member, from the first signal to the link's end: the connection, then both handshakes,
 * then the link. After {@link close} its listener hears nothing more.
 */
export class ConnectionAttempt {
  private state: 'new' | 'connecting' | 'shaking' | 'open' | 'closed' = 'new'
  private pending: PendingChannel | undefined
  private wire: { close(code: string): void } | undefined
  private ignoresCandidates = false

  constructor(
    readonly ends: WireLinkEnds,
    /** Whether this side makes the offer. */
    readonly initiates: boolean,
    private readonly parts: AttemptParts,
    private readonly listener: AttemptListener,
  ) {}

  start(): void {
    this.state = 'connecting'
    this.pending = this.parts.connector.connect(this.initiates, {
      signal: (signal) => {
        if (this.state === 'connecting') this.listener.signal(signal)
      },
      opened: (channel) => this.handleChannel(channel),
      failed: () => this.end('connection-failed'),
    })
  }

  accept(signal: Signal): void {
    if (this.state !== 'connecting') return
    if (signal['type'] === 'answer') this.ignoresCandidates = false
    if (signal['type'] === 'candidate' && this.ignoresCandidates) return
    this.pending?.accept(signal)
  }

  /**
   * Both sides made an offer, and ours is the one that counts. Candidates that come before the answer belong to
   * the other side's offer, and would break this connection.
   */
  overrule(): void {
    this.ignoresCandidates = true
  }

  /** Ends it at whatever stage it is. Idempotent. */
  close(code: string): void {
    if (this.state === 'closed') return
    this.state = 'closed'
    this.wire?.close(code)
    this.pending?.close()
  }

  private handleChannel(channel: Channel): void {
    if (this.state !== 'connecting') {
      channel.close()
      return
    }
    this.state = 'shaking'
    const { openLink, clock } = this.parts
    this.wire = openLink(channel, this.ends, clock, {
      opened: (link) => {
        if (this.state !== 'shaking') return
        this.state = 'open'
        this.listener.opened(link)
      },
      ended: (code) => this.end(code),
    })
  }

  private end(code: string): void {
    if (this.state === 'closed') return
    this.close(code)
    this.listener.ended(code)
  }
}
