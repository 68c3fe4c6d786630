import type {
  BrokerConnection,
  BrokerEvents,
  DialBroker,
} from '../../../tracker/src/fleet/broker-connection.js'

/** A broker in memory: what the port's contract says, and a switch. */
export class MemoryBroker {
  private readonly subscriptions = new Map<string, Set<BrokerEvents>>()
  private readonly connections = new Set<BrokerEvents>()
  private isUp = true

  readonly dial: DialBroker = (subjects, events) => {
    if (!this.isUp) return Promise.reject(new Error('the broker is down'))
    this.connections.add(events)
    for (const subject of subjects) {
      const subscribers = this.subscriptions.get(subject) ?? new Set()
      this.subscriptions.set(subject, subscribers.add(events))
    }
    const connection: BrokerConnection = {
      publish: (subject, text) => {
        for (const subscriber of this.subscriptions.get(subject) ?? []) {
          setImmediate(() => {
            if (this.connections.has(subscriber)) subscriber.received(text)
          })
        }
      },
      destroy: () => this.forget(events),
    }
    return Promise.resolve(connection)
  }

  start(): Promise<void> {
    this.isUp = true
    return Promise.resolve()
  }

  kill(): Promise<void> {
    this.isUp = false
    for (const events of [...this.connections]) {
      this.forget(events)
      setImmediate(() => events.ended())
    }
    return Promise.resolve()
  }

  private forget(events: BrokerEvents): void {
    this.connections.delete(events)
    for (const subscribers of this.subscriptions.values()) subscribers.delete(events)
  }
}
