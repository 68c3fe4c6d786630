import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** No server listens there, so the viewer's kernel refuses, without help from any process. */
const closedPort = 9

/** Often enough to see a queue of half a second fill and drain, and nothing beside a stream's packets. */
const intervalMs = 250

/** A refusal that was lost is asked for again after a second, by TCP. */
const timeoutMs = 5000

/**
 * Measures round trips to viewers until it is stopped: from a connection's first packet to its refusal, which leaves
 * the viewer through the same uplink queue as all that it gives to others. Needs no privilege and no `ping`.
 */
export class RoundTrips {
  /** Milliseconds, by viewer. */
  readonly samples: number[][]
  private readonly stopping = new AbortController()
  private readonly running: Promise<unknown>

  constructor(addresses: readonly string[]) {
    this.samples = addresses.map(() => [])
    this.running = Promise.all(addresses.map((address, index) => this.measure(address, index)))
  }

  async stop(): Promise<void> {
    this.stopping.abort()
    await this.running
  }

  private async measure(address: string, index: number): Promise<void> {
    const { signal } = this.stopping
    while (!signal.aborted) {
      const roundTrip = await refusedAfterMs(address)
      if (!signal.aborted) this.samples[index]?.push(roundTrip)
      await sleep(intervalMs, undefined, { signal }).catch(() => {})
    }
  }
}

function refusedAfterMs(host: string): Promise<number> {
  const began = performance.now()
  return new Promise((resolve) => {
    const socket = connect({ host, port: closedPort, timeout: timeoutMs })
    const done = (): void => {
      socket.destroy()
      resolve(performance.now() - began)
    }
    socket.once('error', done)
    socket.once('timeout', done)
    socket.once('connect', done)
  })
}
