import assert from 'node:assert/strict'
import type { ProcessId, StreamKey } from '../../../protocol/fleet-messages.js'
import { FleetCore } from '../../../tracker/src/core/fleet/fleet-core.js'
import type { FleetInput } from '../../../tracker/src/core/fleet/fleet-input.js'
import type { FleetOutput } from '../../../tracker/src/core/fleet/fleet-output.js'
import type { FleetSettings, LocalFacts } from '../../../tracker/src/core/fleet/fleet-settings.js'
import { noTotals } from '../../../tracker/src/core/totals.js'

export const heartbeatMs = 2000

export function processId(number: number): ProcessId {
  return number.toString(16).padStart(16, '0') as ProcessId
}

export function streamKey(number: number): StreamKey {
  return number.toString(16).padStart(16, 'a') as StreamKey
}

/** A process of the fleet under test: its core, what it has, and what it ordered. */
export class TestProcess {
  readonly id: ProcessId
  readonly core: FleetCore
  readonly members = new Map<StreamKey, number>()
  readonly orders: FleetOutput[] = []
  room = true
  /** Whose messages arrive here; processes of other islands are cut off. */
  island = 0
  broker: 'connected' | 'away' = 'away'
  isAlive = true

  constructor(
    readonly number: number,
    readonly url: string | undefined,
    settings: Partial<FleetSettings>,
  ) {
    this.id = processId(number)
    const complete = { self: this.id, publicUrl: url, heartbeatMs, thinMembersMax: 32, ...settings }
    this.core = new FleetCore(complete, () => this.facts())
  }

  facts(): LocalFacts {
    const parts = [...this.members]
    const members = parts.reduce((sum, [, count]) => sum + count, 0)
    return {
      members,
      streams: parts.length,
      room: this.room,
      totals: { ...noTotals, cdnBytes: members },
      parts,
    }
  }

  ordered<Kind extends FleetOutput['kind']>(kind: Kind): Extract<FleetOutput, { kind: Kind }>[] {
    return this.orders.filter((order): order is Extract<FleetOutput, { kind: Kind }> => order.kind === kind)
  }

  /** Entries that hold here, by topic and key, as it was told. */
  get entries(): Map<string, unknown> {
    const entries = new Map<string, unknown>()
    for (const { topic, key, value } of this.ordered('entry-changed')) {
      if (value === null) entries.delete(`${topic} ${key}`)
      else entries.set(`${topic} ${key}`, value)
    }
    return entries
  }
}

/** Processes and a broker in virtual time. What is published arrives at once, unless there is an island between. */
export class TestFleet {
  now = 0
  readonly processes: TestProcess[] = []
  private membersObey = false

  constructor(count: number, settings: Partial<FleetSettings> = {}) {
    for (let number = 1; number <= count; number += 1) this.add(number, settings)
  }

  add(number: number, settings: Partial<FleetSettings> = {}): TestProcess {
    const process = new TestProcess(number, `wss://t${number}.example.com`, settings)
    this.processes.push(process)
    this.setBroker(process, 'connected')
    return process
  }

  at(number: number): TestProcess {
    const process = this.processes.find((candidate) => candidate.number === number)
    assert.ok(process)
    return process
  }

  setBroker(process: TestProcess, broker: TestProcess['broker']): void {
    process.broker = broker
    this.step(process, { kind: broker === 'connected' ? 'bus-connected' : 'bus-disconnected' })
  }

  step(process: TestProcess, input: FleetInput): FleetOutput[] {
    const outputs = process.core.step(this.now, input)
    process.orders.push(...outputs)
    for (const output of outputs) {
      if (output.kind === 'publish') this.deliver(process, output.to, output.text)
      if (this.membersObey) this.move(process, output)
    }
    return outputs
  }

  /** Lets time pass; `membersObey` makes members go where they are told to. */
  pass(ms: number, membersObey = false): void {
    this.membersObey = membersObey
    const end = this.now + ms
    for (;;) {
      const alive = this.processes.filter(({ isAlive }) => isAlive)
      const next = Math.min(...alive.map(({ core }) => core.wakeAt() ?? Infinity))
      if (next > end) break
      this.now = Math.max(this.now, next)
      for (const process of alive) {
        if ((process.core.wakeAt() ?? Infinity) > this.now) continue
        this.step(process, { kind: 'time-passed' })
      }
    }
    this.now = end
  }

  private move(from: TestProcess, output: FleetOutput): void {
    if (output.kind !== 'move') return
    for (const [key, url] of output.homes) {
      const home = this.processes.find((process) => process.url === url)
      assert.ok(home)
      home.members.set(key, (home.members.get(key) ?? 0) + (from.members.get(key) ?? 0))
      from.members.delete(key)
    }
  }

  private deliver(from: TestProcess, to: ProcessId | 'all', text: string): void {
    assert.equal(from.broker, 'connected', 'nothing is published while the broker is away')
    for (const process of this.processes) {
      if (!process.isAlive || process.broker === 'away' || process.island !== from.island) continue
      if (to === 'all' || to === process.id) this.step(process, { kind: 'message-received', text })
    }
  }
}
