import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { configKeys } from '../../../tracker/src/config/config-schema.js'
import { loopbackAddress } from '../../support/tracker/raw-client.js'
import { Bystanders } from './bystanders.js'
import { floodFromMany, floodFromOne, halfOpen } from './flood-vandals.js'
import { fragments, frames, pings, upgrades } from './frame-vandals.js'
import { FuzzedTracker, type TrackerFootprint } from './fuzzed-tracker.js'
import { FuzzRandom } from './fuzz-random.js'
import { noise, requests, slowRequest } from './http-vandals.js'
import { operators } from './operator-vandals.js'
import { deafMember, members, peers, texts } from './message-vandals.js'
import type { FuzzContext, Vandal } from './vandal.js'

const vandals: Readonly<Record<string, Vandal>> = {
  requests,
  noise,
  slowRequest,
  operators,
  upgrades,
  frames,
  fragments,
  pings,
  members,
  peers,
  texts,
  deafMember,
  floodFromOne,
  floodFromMany,
  halfOpen,
}

/** At it at the same time. */
const vandalsAtOnce = 6
/** A quarter of the minute's limits, so that both what is let in and what is turned away is seen. */
const vandalAddresses = 40
/** A signal between bystanders that takes longer has been held up: a busy machine alone does not take so long. */
const signalTimeoutMs = 10_000
/** Time for the tracker to have ended all that was left open: join and request timeouts, three heartbeats. */
const calmMs = 25_000
/** Connections over which this process asks for the statistics. */
const filesSlack = 4
/** Timeouts that a short run can wait for; the bounds themselves are the defaults. */
const operatorToken = 'the-token-that-only-operators-know'
const trackerFlags = ['--join-timeout-ms', '2000', '--heartbeat-ms', '1500', '--log-level', 'debug']

export interface FuzzReport {
  readonly seed: number
  readonly seconds: number
  readonly things: number
  readonly visits: Readonly<Record<string, number>>
  readonly signalsHeard: number
  readonly slowestSignalMs: number
  readonly footprints: readonly (TrackerFootprint & { readonly second: number })[]
  /** What should not have happened; empty when all is well. */
  readonly failures: readonly string[]
}

/** Lets vandals loose on a tracker for so long, while two members go on with what they do. */
export async function runFuzz(
  seconds: number,
  seed: number,
  told: (line: string) => void,
): Promise<FuzzReport> {
  const withWebtorrent = (configKeys as readonly string[]).includes('webtorrent')
  const folder = mkdtempSync(join(tmpdir(), 'prismesh-fuzz-'))
  writeFileSync(join(folder, 'token'), operatorToken)
  const files = [
    '--operator-token-file',
    join(folder, 'token'),
    '--policy-file',
    join(folder, 'policies.json'),
  ]
  const protocols = withWebtorrent ? ['--webtorrent'] : []
  const tracker = await FuzzedTracker.start([...trackerFlags, ...files, ...protocols])
  const run = new FuzzRun(tracker, seed, withWebtorrent ? ['/', '/announce'] : ['/'])
  try {
    return await run.carryOut(seconds, told)
  } finally {
    await tracker.stop()
    rmSync(folder, { recursive: true })
  }
}

class FuzzRun {
  private readonly random: FuzzRandom
  private readonly bystanders = new Bystanders()
  private readonly visits: Record<string, number> = {}
  private readonly footprints: (TrackerFootprint & { second: number })[] = []
  private readonly failures: string[] = []
  private things = 0

  constructor(
    private readonly tracker: FuzzedTracker,
    private readonly seed: number,
    private readonly webSocketPaths: readonly string[],
  ) {
    this.random = new FuzzRandom(seed)
  }

  async carryOut(seconds: number, told: (line: string) => void): Promise<FuzzReport> {
    await this.bystanders.join('127.0.0.1', this.tracker.port)
    this.footprints.push({ second: 0, ...this.tracker.footprint() })
    const began = performance.now()
    const elapsed = () => (performance.now() - began) / 1000
    const isOver = () => elapsed() > seconds || !this.tracker.isAlive || this.failures.length > 0
    const note = () => {
      if (!this.tracker.isAlive) return
      const point = { second: elapsed(), ...this.tracker.footprint() }
      this.footprints.push(point)
      told(
        `${point.second.toFixed(0)} s: ${this.things} things, ${(point.rssBytes / 2 ** 20).toFixed(0)} MiB, ` +
          `${point.openFiles} open files, slowest signal ${this.bystanders.slowestMs.toFixed(0)} ms`,
      )
    }
    const watch = setInterval(
      () => {
        note()
        this.lookAtBystanders()
      },
      Math.max(1000, (seconds * 1000) / 60),
    )
    await Promise.all(Array.from({ length: vandalsAtOnce }, () => this.vandalise(isOver)))
    clearInterval(watch)
    await this.calmDown()
    note()
    this.lookAtBystanders()
    this.bystanders.leave()
    await this.lookAtEnd()
    return {
      seed: this.seed,
      seconds: elapsed(),
      things: this.things,
      visits: this.visits,
      signalsHeard: this.bystanders.heard,
      slowestSignalMs: this.bystanders.slowestMs,
      footprints: this.footprints,
      failures: this.failures,
    }
  }

  private async vandalise(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const name = this.random.pick(Object.keys(vandals))
      this.visits[name] = (this.visits[name] ?? 0) + 1
      await vandals[name]?.(this.context())
    }
  }

  private context(): FuzzContext {
    return {
      host: '127.0.0.1',
      port: this.tracker.port,
      random: this.random,
      from: loopbackAddress(this.random.below(vandalAddresses)),
      members: [...this.bystanders.ids, 'f'.repeat(40)],
      streams: [this.bystanders.stream, 'elsewhere'],
      webSocketPaths: this.webSocketPaths,
      operatorToken,
      pause: () => sleep(5 + this.random.below(40)),
      count: (things = 1) => {
        this.things += things
      },
    }
  }

  /** Everything that vandals left behind has an end that the tracker puts to it: connections, and sockets without. */
  private async calmDown(): Promise<void> {
    const deadline = performance.now() + calmMs
    const filesMax = (this.footprints[0]?.openFiles ?? 0) + filesSlack
    let left = Infinity
    let files = Infinity
    while (this.tracker.isAlive && performance.now() < deadline) {
      left = await this.tracker.connections().catch(() => Infinity)
      files = this.tracker.footprint().openFiles
      if (left <= this.bystanders.ids.length && files <= filesMax) return
      await sleep(250)
    }
    this.failures.push(
      `after the end: ${left} connections, of which 2 are the bystanders', and ${files} open files`,
    )
  }

  private lookAtBystanders(): void {
    const { harm } = this.bystanders
    this.failures.push(...harm.splice(0))
    const waitingMs = this.bystanders.waitingMs()
    if (waitingMs > signalTimeoutMs)
      this.failures.push(`a bystander's signal is ${waitingMs.toFixed(0)} ms under way`)
  }

  private async lookAtEnd(): Promise<void> {
    if (!this.tracker.isAlive) this.failures.push('the tracker ended')
    this.failures.push(...this.tracker.complaints)
    if (this.bystanders.heard === 0) this.failures.push('the bystanders heard nothing at all')
    const exitCode = await this.tracker.stop()
    if (exitCode !== 0) this.failures.push(`the tracker's exit code was ${exitCode}`)
  }
}
