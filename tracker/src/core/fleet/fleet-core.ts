import {
  decodeFleetMessage,
  encodeFleetMessage,
  entryValueLengthMax,
  fleetTopics,
  type Beat,
  type FleetEntry,
  type FleetMessage,
  type FleetTopic,
  type ProcessId,
} from '../../../../protocol/fleet-messages.js'
import { inMessages } from './in-messages.js'
import { rendezvousRank } from '../../../../protocol/rendezvous.js'
import { entriesPerBeatMax, entriesPerTopicMax, deafMsMin, silentBeatsMax } from './fleet-bounds.js'
import type { FleetInput } from './fleet-input.js'
import type { FleetOutput } from './fleet-output.js'
import type { FleetSettings, LocalFacts } from './fleet-settings.js'
import { fleetStats, type FleetStats } from './fleet-stats.js'
import { Processes } from './processes.js'
import { SharedEntries } from './shared-entries.js'
import { ThinStreams } from './thin-streams.js'

type Input<Kind extends FleetInput['kind']> = Extract<FleetInput, { kind: Kind }>

/**
 * One process's part in a fleet, without a network: facts in, orders out. It owns what is known of the others and
 * what all share. Invariants: nothing waits to be sent, since whatever is lost, or was not said while the broker was
 * away, is said again by a later beat; nothing that is received throws; the tracker never waits for any of it.
 */
export class FleetCore {
  readonly counts = { published: 0, received: 0, rejected: 0, reconnects: 0, streamsMoved: 0 }
  private readonly processes: Processes
  private readonly topics: Readonly<Record<FleetTopic, SharedEntries>>
  private readonly cursors: Record<FleetTopic, number> = { bans: 0, policy: 0, digests: 0 }
  private readonly thin: ThinStreams
  private readonly expiryMs: number
  private connected = false
  private stopped = false
  private sequence = 0
  private nextBeatAt = 0
  private heardItselfAt = 0
  private roomElsewhere = ''
  private outputs: FleetOutput[] = []

  constructor(
    private readonly settings: FleetSettings,
    private readonly readFacts: () => LocalFacts,
  ) {
    this.expiryMs = silentBeatsMax * settings.heartbeatMs
    this.processes = new Processes(this.expiryMs)
    const entries = () => new SharedEntries(settings.self, entriesPerTopicMax)
    this.topics = { bans: entries(), policy: entries(), digests: entries() }
    this.thin = new ThinStreams(settings)
  }

  step(now: number, input: FleetInput): FleetOutput[] {
    if (!this.stopped) {
      this.handle(now, input)
      this.expire(now)
      if (now >= this.nextBeatAt) this.beat(now)
    }
    const { outputs } = this
    this.outputs = []
    return outputs
  }

  wakeAt(): number | undefined {
    return this.stopped ? undefined : this.nextBeatAt
  }

  /** The entries of a topic that hold now. */
  entries(now: number, topic: FleetTopic): FleetEntry[] {
    return this.topics[topic].list(now)
  }

  /** The processes that can be reached: this one alone while the broker is away. */
  reachable(): ProcessId[] {
    return this.connected ? [this.settings.self, ...this.processes.ids()] : [this.settings.self]
  }

  stats(now: number): FleetStats {
    return fleetStats(now, this.settings, this.connected, this.readFacts(), this.processes, this.counts)
  }

  private handle(now: number, input: FleetInput): void {
    switch (input.kind) {
      case 'bus-connected':
        this.connected = true
        this.heardItselfAt = now
        this.nextBeatAt = now
        return undefined
      case 'bus-disconnected':
        this.connected = false
        return undefined
      case 'message-received':
        return this.receive(now, input.text)
      case 'entry-written':
        return this.write(now, input)
      case 'token-used':
        return this.publish('all', {
          kind: 'used',
          from: this.settings.self,
          token: input.token,
          ttlMs: input.ttlMs,
        })
      case 'stop-requested':
        this.publish('all', { kind: 'bye', from: this.settings.self })
        this.stopped = true
        return undefined
      case 'time-passed':
        return undefined
    }
  }

  private beat(now: number): void {
    this.nextBeatAt = now + this.settings.heartbeatMs
    const others = [...this.processes.values()]
    this.tellOfRoom()
    if (!this.connected) return
    if (now - this.heardItselfAt > Math.max(deafMsMin, this.expiryMs)) {
      this.heardItselfAt = now
      this.counts.reconnects += 1
      this.outputs.push({ kind: 'reconnect' })
      return
    }
    const facts = this.readFacts()
    const parts = this.thin.announce(facts, others)
    this.publish('all', this.beatOf(facts, parts))
    const homes = this.thin.moves(
      parts,
      others.filter(({ beats }) => beats > 1),
    )
    if (homes.size === 0) return
    this.counts.streamsMoved += homes.size
    this.outputs.push({ kind: 'move', homes })
  }

  private beatOf({ members, streams, room, totals }: LocalFacts, parts: Beat['parts']): Beat {
    const { self, publicUrl } = this.settings
    const { bans, policy, digests } = this.topics
    this.sequence += 1
    return {
      kind: 'beat',
      from: self,
      sequence: this.sequence,
      ...(publicUrl === undefined ? {} : { url: publicUrl }),
      room,
      members,
      streams,
      totals,
      parts,
      marks: { bans: bans.mark, policy: policy.mark, digests: digests.mark },
    }
  }

  private receive(now: number, text: string): void {
    const decoded = decodeFleetMessage(text)
    if (!decoded.ok) {
      this.counts.rejected += 1
      return
    }
    const message = decoded.value
    if (message.from === this.settings.self) {
      this.heardItselfAt = now
      return
    }
    this.counts.received += 1
    if (message.kind === 'beat') this.hear(now, message)
    else if (message.kind === 'bye') this.forget(message.from)
    else if (message.kind === 'used') {
      this.outputs.push({ kind: 'token-used', token: message.token, ttlMs: message.ttlMs })
    } else for (const entry of message.entries) this.merge(now, message.topic, entry)
  }

  private hear(now: number, beat: Beat): void {
    const isNew = this.processes.get(beat.from) === undefined
    if (!this.processes.hear(now, beat)) return
    if (isNew) this.outputs.push({ kind: 'process-changed', process: beat.from, change: 'came' })
    for (const topic of fleetTopics) {
      if (beat.marks[topic] !== this.topics[topic].mark && this.isItsTurnToTell(beat)) {
        this.tell(now, topic, beat.from)
      }
    }
  }

  /**
   * One of its fellows tells a process what it lacks, another one at each of its beats. Entries spread as a rumour
   * does, in a few beats, and a process that comes back is not told the same by all of them.
   */
  private isItsTurnToTell({ from, sequence }: Beat): boolean {
    const fellows = [...this.processes.ids()].filter((id) => id !== from)
    return rendezvousRank(this.settings.self, fellows, `${from}/${sequence}`) === 0
  }

  private tell(now: number, topic: FleetTopic, to: ProcessId): void {
    const entries = this.topics[topic]
    if (this.cursors[topic] >= entries.size) this.cursors[topic] = 0
    const told = entries.list(now, this.cursors[topic], entriesPerBeatMax)
    this.cursors[topic] += entriesPerBeatMax
    this.send(to, topic, told)
  }

  private write(now: number, { topic, key, value, ttlMs }: Input<'entry-written'>): void {
    if (JSON.stringify(value ?? null).length > entryValueLengthMax)
      throw new Error('bug: an entry is too long')
    const entry = this.topics[topic].write(now, key, value, ttlMs)
    this.send('all', topic, [entry])
    this.outputs.push({ kind: 'entry-changed', topic, key, value, ttlMs: entry.ttlMs, writer: entry.writer })
  }

  private merge(now: number, topic: FleetTopic, entry: FleetEntry): void {
    if (JSON.stringify(entry.value ?? null).length > entryValueLengthMax) {
      this.counts.rejected += 1
      return
    }
    if (!this.topics[topic].merge(now, entry)) return
    const { key, value, ttlMs, writer } = entry
    this.outputs.push({ kind: 'entry-changed', topic, key, value: value ?? null, ttlMs, writer })
  }

  private send(to: ProcessId | 'all', topic: FleetTopic, entries: readonly FleetEntry[]): void {
    for (const some of inMessages(entries)) {
      this.publish(to, { kind: 'entries', from: this.settings.self, topic, entries: some })
    }
  }

  private publish(to: ProcessId | 'all', message: FleetMessage): void {
    if (!this.connected) return
    this.counts.published += 1
    this.outputs.push({ kind: 'publish', to, text: encodeFleetMessage(message) })
  }

  private forget(process: ProcessId): void {
    if (this.processes.get(process) === undefined) return
    this.processes.remove(process)
    this.outputs.push({ kind: 'process-changed', process, change: 'left' })
  }

  private expire(now: number): void {
    for (const process of this.processes.expire(now)) {
      this.outputs.push({ kind: 'process-changed', process, change: 'lost' })
    }
    for (const topic of fleetTopics) {
      for (const key of this.topics[topic].expire(now)) {
        this.outputs.push({ kind: 'entry-changed', topic, key, value: null, ttlMs: 0 })
      }
    }
  }

  private tellOfRoom(): void {
    const urls: string[] = []
    for (const { room, url } of this.processes.values()) if (room && url !== undefined) urls.push(url)
    const text = urls.toSorted().join(' ')
    if (text === this.roomElsewhere) return
    this.roomElsewhere = text
    this.outputs.push({ kind: 'room-changed', urls })
  }
}
