import { setTimeout as delay } from 'node:timers/promises'
import { Broker, type BrokerKind } from './broker.js'
import { freePort } from './free-port.js'
import { TcpProxy } from './tcp-proxy.js'
import { fleetSecret, TrackerProcess } from './tracker-process.js'

/** Fast enough for tests to see a process expire, and slow enough for a busy machine not to make that happen. */
const heartbeatMs = 500
export const thinMembersMax = 16

/** Three trackers, each a process with a line of its own to a real broker, behind a balancer that spreads connections. */
export class FleetRig {
  private constructor(
    readonly broker: Broker,
    /** Between each tracker and the broker. */
    readonly lines: readonly TcpProxy[],
    readonly trackers: readonly TrackerProcess[],
    readonly front: TcpProxy,
  ) {}

  static async start(kind: BrokerKind): Promise<FleetRig> {
    const broker = await Broker.start(kind)
    const lines = await Promise.all([1, 2, 3].map(() => TcpProxy.open(broker.port)))
    const trackers: TrackerProcess[] = []
    for (const line of lines) {
      const port = await freePort()
      const options = { ...fleetOptions(kind, line.port), publicUrl: `ws://127.0.0.1:${port}` }
      trackers.push(new TrackerProcess(port, flagsOf(options)))
    }
    await Promise.all(trackers.map((tracker) => tracker.start()))
    const front = await TcpProxy.open(...trackers.map(({ port }) => port))
    return new FleetRig(broker, lines, trackers, front)
  }

  get url(): string {
    return `ws://127.0.0.1:${this.front.port}`
  }

  /** Options for one more process, in the test's own. */
  get options() {
    return { ...fleetOptions(this.broker.kind, this.broker.port), secret: fleetSecret }
  }

  at(index: number): TrackerProcess {
    const tracker = this.trackers[index]
    if (!tracker) throw new Error(`there is no tracker ${index}`)
    return tracker
  }

  /** Until each of these trackers knows so many others. */
  async untilKnown(others: number, trackers: readonly TrackerProcess[] = this.trackers): Promise<void> {
    await Promise.all(
      trackers.map((tracker) =>
        tracker.until(({ fleet }) => fleet?.processes.length === others, `${others} others are known`),
      ),
    )
  }

  async close(): Promise<void> {
    await Promise.all(this.trackers.map((tracker) => tracker.kill()))
    await Promise.all([this.front, ...this.lines].map((proxy) => proxy.close()))
    await this.broker.close()
  }
}

function fleetOptions(kind: BrokerKind, brokerPort: number) {
  return {
    cluster: `${kind}://127.0.0.1:${brokerPort}`,
    clusterHeartbeatMs: heartbeatMs,
    thinMembersMax,
    joinsPerMinutePerAddress: 100_000,
  }
}

function flagsOf(options: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(options).flatMap(([key, value]) => [
    `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    String(value),
  ])
}

/** Until a condition holds; fails with what it is about when it never does. */
export async function eventually(
  condition: () => boolean,
  what: () => string,
  timeoutMs = 45_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what()}`)
    await delay(50)
  }
}
