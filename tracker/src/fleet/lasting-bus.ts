import type { ProcessId } from '../../../protocol/fleet-messages.js'
import type { BrokerConnection, DialBroker } from './broker-connection.js'
import type { BusAddress, BusListener, ClusterBus } from './cluster-bus.js'

/** Full jitter up to this, doubled with each failure: a fleet must not come back to its broker in one instant. */
const firstDelayMs = 250
const lastDelayMs = 5000

export interface LastingBusParts {
  readonly dial: DialBroker
  /** Begins every subject, so that fleets can share a broker. */
  readonly name: string
  readonly random: () => number
}

/** A bus that makes a new connection whenever the one before has ended, until it is closed. */
export class LastingBus implements ClusterBus {
  private state: 'waiting' | 'dialling' | 'connected' | 'closed' = 'waiting'
  private connection: BrokerConnection | undefined
  private timer: NodeJS.Timeout | undefined
  private failures = 0
  private attempts = 0

  constructor(
    private readonly self: ProcessId,
    private readonly listener: BusListener,
    private readonly parts: LastingBusParts,
  ) {
    this.timer = setTimeout(() => void this.dial(), 0)
  }

  publish(to: BusAddress, text: string): void {
    if (this.state === 'connected') this.connection?.publish(this.subjectOf(to), text)
  }

  reconnect(): void {
    if (this.state === 'connected') this.lose()
  }

  close(): Promise<void> {
    this.state = 'closed'
    clearTimeout(this.timer)
    this.connection?.destroy()
    this.connection = undefined
    return Promise.resolve()
  }

  private async dial(): Promise<void> {
    this.state = 'dialling'
    this.attempts += 1
    const attempt = this.attempts
    const isCurrent = () => this.attempts === attempt && this.state !== 'closed'
    const subjects = [this.subjectOf('all'), this.subjectOf(this.self)]
    let ended = false
    try {
      const connection = await this.parts.dial(subjects, {
        received: (text) => {
          if (isCurrent() && this.state === 'connected') this.listener.received(text)
        },
        ended: () => {
          ended = true
          if (isCurrent() && this.state === 'connected') this.lose()
        },
      })
      if (!isCurrent() || ended) {
        connection.destroy()
        if (isCurrent()) this.waitAndDial()
        return
      }
      this.connection = connection
      this.failures = 0
      this.state = 'connected'
      this.listener.connected()
    } catch {
      if (isCurrent()) this.waitAndDial()
    }
  }

  private lose(): void {
    this.connection?.destroy()
    this.connection = undefined
    this.waitAndDial()
    this.listener.disconnected()
  }

  private waitAndDial(): void {
    this.state = 'waiting'
    const bound = Math.min(lastDelayMs, firstDelayMs * 2 ** this.failures)
    this.failures = Math.min(this.failures + 1, 8)
    this.timer = setTimeout(() => void this.dial(), this.parts.random() * bound)
  }

  private subjectOf(to: BusAddress): string {
    return `${this.parts.name}.${to === 'all' ? 'all' : `process.${to}`}`
  }
}
