import { fileURLToPath } from 'node:url'
import { setTimeout as delay } from 'node:timers/promises'
import type { StatsDocument } from '../../../tracker/src/server/stats-document.js'
import { startChild, untilListening, type Child } from './child.js'

const cli = fileURLToPath(new URL('../../../tracker/src/cli.js', import.meta.url))

/** The secret that processes of a fleet under test share. */
export const fleetSecret = 'a secret for tests of fleets'

/** A tracker in a process of its own, from the built command. */
export class TrackerProcess {
  private child: Child | undefined

  constructor(
    readonly port: number,
    private readonly args: readonly string[],
  ) {}

  get url(): string {
    return `ws://127.0.0.1:${this.port}`
  }

  /** Starts it, again if it was there before, and waits until it listens. */
  async start(): Promise<void> {
    const args = [cli, '--open', '--port', String(this.port), ...this.args]
    this.child = await startChild(process.execPath, args, { env: { PRISMESH_TRACKER_SECRET: fleetSecret } })
    await untilListening(this.port, this.child)
  }

  async stats(): Promise<StatsDocument> {
    const response = await fetch(`http://127.0.0.1:${this.port}/stats`)
    return (await response.json()) as StatsDocument
  }

  /** Waits until the statistics satisfy a condition; fails with the last ones and the log when they never do. */
  async until(
    condition: (stats: StatsDocument) => boolean,
    what: string,
    timeoutMs = 30_000,
  ): Promise<StatsDocument> {
    const deadline = performance.now() + timeoutMs
    for (;;) {
      const stats = await this.stats()
      if (condition(stats)) return stats
      if (performance.now() > deadline) {
        throw new Error(
          `not within ${timeoutMs} ms: ${what}; ${JSON.stringify(stats)}; ${this.child?.output()}`,
        )
      }
      await delay(50)
    }
  }

  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    await this.child?.kill(signal)
    this.child = undefined
  }
}
