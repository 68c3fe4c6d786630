/** One connection to a broker, from its first subscription to its end. */
export interface BrokerConnection {
  publish(subject: string, text: string): void
  /** Ends it at once. */
  destroy(): void
}

export interface BrokerEvents {
  received(text: string): void
  /** Called once, unless {@link BrokerConnection.destroy} came first. */
  ended(): void
}

/**
 * Connects, subscribes, and resolves when that is done; rejects when it cannot. No reconnecting of its own: that is
 * the same for every broker, and in one place.
 */
export type DialBroker = (subjects: readonly string[], events: BrokerEvents) => Promise<BrokerConnection>
