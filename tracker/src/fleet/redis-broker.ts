import type { createClient } from '@redis/client'
import type { BrokerConnection, BrokerEvents, DialBroker } from './broker-connection.js'

type CreateClient = typeof createClient
type RedisClient = ReturnType<CreateClient>

const connectTimeoutMs = 5000
/** Commands that wait for a Redis that does not answer. Beyond them publishing fails at once, and is dropped. */
const commandsWaitingMax = 100

/**
 * Redis or Valkey pub/sub. Two connections, as that is understood by every version: one that is subscribed may do
 * nothing else before RESP3. When either ends, both are given up.
 */
export function redisBroker(url: string, create: CreateClient): DialBroker {
  return async (subjects, events) => {
    // One object for each client: it is changed by its client, and one that differs from the last costs 50 ms.
    const options = () => ({
      url,
      disableOfflineQueue: true,
      commandsQueueMaxLength: commandsWaitingMax,
      socket: { connectTimeout: connectTimeoutMs, reconnectStrategy: false as const },
    })
    const pair = new RedisPair(create(options()), create(options()), events)
    await pair.open(subjects)
    return pair
  }
}

class RedisPair implements BrokerConnection {
  private state: 'opening' | 'open' | 'ended' = 'opening'

  constructor(
    private readonly publisher: RedisClient,
    private readonly subscriber: RedisClient,
    private readonly events: BrokerEvents,
  ) {
    for (const client of [publisher, subscriber]) {
      client.on('error', () => this.end())
      client.on('end', () => this.end())
    }
  }

  async open(subjects: readonly string[]): Promise<void> {
    try {
      await Promise.all([this.publisher.connect(), this.subscriber.connect()])
      await this.subscriber.subscribe([...subjects], (text) => this.events.received(text))
      if (this.state === 'ended') throw new Error('the connection ended while it was opened')
      this.state = 'open'
    } catch (error) {
      this.destroy()
      throw error
    }
  }

  publish(subject: string, text: string): void {
    // A publish that fails is one message lost, which a later one makes up for.
    this.publisher.publish(subject, text).catch(() => undefined)
  }

  destroy(): void {
    this.state = 'ended'
    for (const client of [this.publisher, this.subscriber]) if (client.isOpen) client.destroy()
  }

  private end(): void {
    const wasOpen = this.state === 'open'
    this.state = 'ended'
    if (wasOpen) this.events.ended()
  }
}
