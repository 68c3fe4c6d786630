import { randomBytes } from 'node:crypto'
import type { Logger } from 'pino'
import type { FleetEntry, FleetTopic, ProcessId, StreamKey } from '../../../protocol/fleet-messages.js'
import type { SwarmId } from '../../../protocol/ids.js'
import { isBanSubject, type BanSubject } from '../core/bans.js'
import { FleetCore } from '../core/fleet/fleet-core.js'
import type { FleetInput } from '../core/fleet/fleet-input.js'
import type { FleetOutput } from '../core/fleet/fleet-output.js'
import type { FleetSettings, LocalFacts } from '../core/fleet/fleet-settings.js'
import type { FleetStats } from '../core/fleet/fleet-stats.js'
import type { TrackerCore } from '../core/tracker-core.js'
import type { TrackerInput } from '../core/tracker-input.js'
import type { ClusterBus, OpenBus } from './cluster-bus.js'
import { localFacts, streamKeyOf } from './local-facts.js'

export interface FleetParts {
  readonly openBus: OpenBus
  readonly core: Pick<TrackerCore, 'swarms' | 'hasRoom'>
  /** Hands a fact to the tracker's core. */
  readonly tell: (input: TrackerInput) => void
  /** Somebody was let in elsewhere with a token, which expires after so long. */
  tokenUsed(token: string, ttlMs: number): void
  /** Milliseconds on a clock that does not go back. */
  clock(): number
  readonly log: Logger
}

/** Hears of an entry that holds now, or (`value` null) no longer does. */
export type TopicListener = (
  key: string,
  value: unknown,
  ttlMs: number,
  writer: ProcessId | undefined,
) => void

/** This process's place in a fleet: the bus, the core that decides, and its one timer. */
export class Fleet {
  /** This run of this process. */
  readonly self = randomBytes(8).toString('hex') as ProcessId
  private readonly core: FleetCore
  private readonly bus: ClusterBus
  private readonly listeners = new Map<FleetTopic, TopicListener>()
  private timer: NodeJS.Timeout | undefined
  private closed = false

  constructor(
    settings: Omit<FleetSettings, 'self'>,
    private readonly parts: FleetParts,
  ) {
    const { self } = this
    this.core = new FleetCore({ ...settings, self }, () => this.facts())
    this.onEntry('bans', (subject, value, ttlMs) => this.applyBan(subject, value, ttlMs))
    this.bus = parts.openBus(self, {
      connected: () => {
        parts.log.info('fleet joined')
        this.handle({ kind: 'bus-connected' })
      },
      disconnected: () => {
        parts.log.warn('the broker is away: this tracker goes on alone')
        this.handle({ kind: 'bus-disconnected' })
      },
      received: (text) => this.handle({ kind: 'message-received', text }),
    })
    this.scheduleWake()
  }

  stats(): FleetStats {
    return this.core.stats(this.parts.clock())
  }

  /** Whoever owns a topic hears its entries, those written here included. One listener for a topic. */
  onEntry(topic: FleetTopic, listener: TopicListener): void {
    this.listeners.set(topic, listener)
  }

  /** Writes an entry for all processes; `value` null takes it back. At most 16,384 characters as JSON. */
  write(topic: FleetTopic, key: string, value: unknown, ttlMs: number): void {
    this.handle({ kind: 'entry-written', topic, key, value, ttlMs })
  }

  /** The entries of a topic that hold now, whoever wrote them. */
  entries(topic: FleetTopic): FleetEntry[] {
    return this.core.entries(this.parts.clock(), topic)
  }

  /** The processes that can be reached, this one included. */
  reachable(): ProcessId[] {
    return this.core.reachable()
  }

  /** Tells the others, at most once, that somebody was let in here with a token. */
  tellTokenUsed(token: string, ttlMs: number): void {
    this.handle({ kind: 'token-used', token, ttlMs })
  }

  async close(): Promise<void> {
    if (this.closed) return
    this.handle({ kind: 'stop-requested' })
    this.closed = true
    clearTimeout(this.timer)
    await this.bus.close()
  }

  private facts(): LocalFacts {
    return localFacts(this.parts.core)
  }

  private handle(input: FleetInput): void {
    if (this.closed) return
    for (const output of this.core.step(this.parts.clock(), input)) this.carryOut(output)
    this.scheduleWake()
  }

  private carryOut(output: FleetOutput): void {
    const { log, tell } = this.parts
    switch (output.kind) {
      case 'publish':
        return this.bus.publish(output.to, output.text)
      case 'reconnect':
        log.warn('nothing comes through the broker: connecting anew')
        return this.bus.reconnect()
      case 'entry-changed':
        return this.listeners.get(output.topic)?.(output.key, output.value, output.ttlMs, output.writer)
      case 'token-used':
        return this.parts.tokenUsed(output.token, output.ttlMs)
      case 'move':
        log.info({ streams: output.homes.size }, 'thin streams are sent to their home')
        return tell({ kind: 'moves-ordered', homes: this.swarmsOf(output.homes) })
      case 'room-changed':
        return tell({ kind: 'room-elsewhere', urls: output.urls })
      case 'process-changed':
        log.info({ process: output.process }, `a process of the fleet ${output.change}`)
    }
  }

  private swarmsOf(homes: ReadonlyMap<StreamKey, string>): Map<SwarmId, string> {
    const swarms = new Map<SwarmId, string>()
    for (const { id } of this.parts.core.swarms.byStream.values()) {
      const url = homes.get(streamKeyOf(id))
      if (url !== undefined) swarms.set(id, url)
    }
    return swarms
  }

  private applyBan(subject: string, value: unknown, ttlMs: number): void {
    if (!isBanSubject(subject)) return
    const banned: BanSubject = subject
    this.parts.tell({ kind: 'ban-set', subject: banned, forMs: value === null ? 0 : ttlMs })
  }

  private scheduleWake(): void {
    clearTimeout(this.timer)
    const wakeAt = this.core.wakeAt()
    if (wakeAt === undefined || this.closed) return
    const delayMs = Math.max(0, Math.ceil(wakeAt - this.parts.clock()))
    this.timer = setTimeout(() => this.handle({ kind: 'time-passed' }), delayMs)
  }
}
