import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import type { StreamId } from '../../../../protocol/ids.js'
import type { StreamPolicy } from '../../../../protocol/stream-policy.js'
import type { TrackerConfig } from '../../config/config-schema.js'
import type { TrackerCore } from '../../core/tracker-core.js'
import type { CoreDriver } from '../core-driver.js'
import type { StatsSource } from '../stats-document.js'
import type { BanDesk } from './ban-api.js'
import { ConsoleFiles } from './console-files.js'
import { EventLoopWatch } from './event-loop-watch.js'
import { Metrics } from './metrics.js'
import { answerOperator } from './operator-api.js'
import { operatorGate, type OperatorGate } from './operator-token.js'
import type { OverviewDocument } from './overview-document.js'
import { PolicyDesk } from './policy-desk.js'

const plainHeaders = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }
const microsecondsPerSecond = 1e6
const turnedAwayQuietMs = 60_000

export interface OperatorDeskParts {
  readonly core: Pick<TrackerCore, 'policies' | 'bansKept' | 'bansAt' | 'regions'>
  readonly driver: CoreDriver
  readonly stats: StatsSource
  readonly clock: () => number
  readonly log: Logger
  isDraining(): boolean
  /** Bans in the whole fleet, or lifts the ban. */
  readonly orderBan: BanDesk['order']
  /** Tells the rest of the fleet, if this is one process of a fleet. */
  policySet(stream: StreamId, policy: StreamPolicy): void
}

/** All that the operator sees and decides: `/metrics`, `/console` and `/operator`. */
export class OperatorDesk {
  readonly policies: PolicyDesk
  private readonly refused = new Map<string, number>()
  private turnedAwayAt = -Infinity
  private readonly gate: OperatorGate
  private readonly metrics = new Metrics()
  private readonly files = new ConsoleFiles()
  private readonly eventLoop: EventLoopWatch

  /** @throws PrismeshTrackerError `invalid-options` when a file is wrong */
  constructor(
    private readonly config: TrackerConfig,
    private readonly parts: OperatorDeskParts,
  ) {
    const { core, driver, clock, log } = parts
    this.gate = operatorGate(config.operatorTokenFile)
    this.policies = new PolicyDesk(
      {
        policies: core.policies,
        setPolicy: (stream, policy) => driver.setPolicy(stream, policy),
        share: (stream, policy) => this.parts.policySet(stream, policy),
        log,
      },
      config.policyFile,
    )
    this.eventLoop = new EventLoopWatch(clock)
  }

  /** Counts a connection that was refused before it was let in. */
  countRefused(code: string): void {
    this.refused.set(code, (this.refused.get(code) ?? 0) + 1)
  }

  /** False when the path is none of the operator's. */
  answer(request: IncomingMessage, response: ServerResponse, path: string): boolean {
    if (path === '/metrics') {
      void this.answerMetrics(request, response)
      return true
    }
    if (path.startsWith('/operator/')) {
      const overview = () => this.overview(this.config.streamsListedMax)
      const setPolicy: PolicyDesk['set'] = (stream, policy) => this.policies.set(stream, policy)
      const turnedAway = () => this.turnAway()
      const { core, clock, orderBan } = this.parts
      const bans = { list: () => core.bansAt(clock()), order: orderBan }
      answerOperator(request, response, path, {
        gate: this.gate,
        overview,
        turnedAway,
        setPolicy,
        bans,
      }).catch(() => {
        // The request broke off before its body had come.
        response.destroy()
      })
      return true
    }
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    return this.gate.hasToken && isRead && this.files.answer(path, request.method === 'HEAD', response)
  }

  reload(): void {
    this.gate.reload()
  }

  /** Resolves when nothing is left to write and no timer runs. */
  async close(): Promise<void> {
    this.eventLoop.stop()
    await this.policies.settled()
  }

  /** Counted each time, and told at most once a minute: guessing must not fill the log. */
  private turnAway(): void {
    this.countRefused('operator-token-wrong')
    const now = this.parts.clock()
    if (now - this.turnedAwayAt < turnedAwayQuietMs) return
    this.turnedAwayAt = now
    this.parts.log.warn("somebody without the operator's token asked for what is the operator's")
  }

  private async answerMetrics(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.gate.mayReadMetrics(request)) {
      this.turnAway()
      const error = { error: this.gate.hasToken ? 'operator-token-wrong' : 'metrics-local-only' }
      const challenge = this.gate.hasToken ? { 'WWW-Authenticate': 'Bearer' } : {}
      response.writeHead(this.gate.hasToken ? 401 : 403, { ...plainHeaders, ...challenge })
      response.end(JSON.stringify(error))
      return
    }
    const text = await this.metrics.text(this.overview(this.config.metricsStreamsMax))
    response
      .writeHead(200, { 'Content-Type': this.metrics.contentType, 'Cache-Control': 'no-store' })
      .end(text)
  }

  private overview(streamsListedMax: number): OverviewDocument {
    const { core, driver, stats } = this.parts
    const memory = process.memoryUsage()
    const cpu = process.cpuUsage()
    return {
      ...stats.document(streamsListedMax),
      state: this.parts.isDraining() ? 'draining' : 'serving',
      policies: this.policies.entries().map(([stream, policy]) => ({ stream, policy })),
      bans: core.bansKept,
      regions: core.regions(),
      process: {
        eventLoopDelaySeconds: this.eventLoop.delay(),
        residentBytes: memory.rss,
        heapUsedBytes: memory.heapUsed,
        cpuSeconds: (cpu.user + cpu.system) / microsecondsPerSecond,
      },
      server: { ...driver.counts, refused: Object.fromEntries(this.refused) },
    }
  }
}
