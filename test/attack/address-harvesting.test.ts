import assert from 'node:assert/strict'
import type { TrackerConfig } from '../../tracker/src/config/config-schema.js'
import { objectSource, resolveConfig } from '../../tracker/src/config/config-source.js'
import { introductionsSoughtMax, introductionsSustained } from '../../tracker/src/core/bounds.js'
import { openGrant, type Grant } from '../../tracker/src/core/grant.js'
import { coreSettings } from '../../tracker/src/server/core-settings.js'
import {
  CoreHarness,
  errorCodesOf,
  introducedTo,
  joinRequest,
  memberId,
  type Client,
} from '../unit/tracker/core-harness.js'
import { isLong, tell } from './attack-report.js'

const viewers = isLong ? 8000 : 1500
const minutesShown = isLong ? [1, 2, 5, 10, 30, 60] : [1, 2, 5]
/** Ids of the harvester begin above those of the viewers. */
const firstId = 0x10_0000
/** Introductions are given by the eight, and counted when they are read, a second later at most. */
const slack = 50

/** A harvester's ways: how it uses its one identity, and what that may show it at once; a tenth of it in each minute after. */
interface Way {
  readonly what: string
  readonly grant: Grant
  /** How many connections it holds at a time. */
  readonly connections: number
  /** Leaves and comes back under a new name as fast as it is let; otherwise stays, and seeks. */
  readonly comesBack: boolean
  readonly atOnceMax: (config: TrackerConfig) => number
  readonly inAllMax?: number
}

const ways: readonly Way[] = [
  {
    what: 'one connection that seeks',
    grant: openGrant,
    connections: 1,
    comesBack: false,
    atOnceMax: () => introductionsSoughtMax,
    inAllMax: introductionsSoughtMax,
  },
  {
    what: 'one address, coming back under new names',
    grant: openGrant,
    connections: 1,
    comesBack: true,
    atOnceMax: ({ introductionsPerMinutePerAddress }) => introductionsPerMinutePerAddress,
  },
  {
    what: 'one address, 200 connections that seek',
    grant: openGrant,
    connections: 200,
    comesBack: false,
    atOnceMax: ({ introductionsPerMinutePerAddress }) => introductionsPerMinutePerAddress,
  },
  {
    what: 'one token, coming back under new names',
    grant: { ...openGrant, token: 'kid/stolen' },
    connections: 1,
    comesBack: true,
    atOnceMax: ({ introductionsPerMinutePerToken }) => introductionsPerMinutePerToken,
  },
]

describe('attack: one identity collects addresses', function () {
  this.timeout(isLong ? 1_200_000 : 60_000)
  const resolved = resolveConfig([objectSource({ open: true }, 'a test')])
  assert.ok(resolved.ok)
  const { config } = resolved

  for (const way of ways) {
    it(`${way.what}: shown no more than the limits say, and nothing after that`, () => {
      const tracker = audience()
      const harvester = new Harvester(tracker.core, way)
      const curve: string[] = []
      const inEachMinute: number[] = []
      let before = 0
      for (let minute = 1; minute <= (minutesShown.at(-1) ?? 0); minute += 1) {
        harvester.actForAMinute(() => tracker.turnOver())
        inEachMinute.push(harvester.sought - before)
        before = harvester.sought
        if (minutesShown.includes(minute)) curve.push(`${minute} min: ${harvester.seen.size}`)
      }
      const [first = 0, ...later] = inEachMinute
      const atOnceMax = way.atOnceMax(config)
      assert.ok(first <= atOnceMax * (1 + introductionsSustained) + slack, `${first} in the first minute`)
      for (const count of later) {
        assert.ok(count <= atOnceMax * introductionsSustained + slack, `${count} in a later minute`)
      }
      if (way.inAllMax !== undefined) assert.ok(harvester.sought <= way.inAllMax, `${harvester.sought}`)
      assert.ok(harvester.seen.size > 0, 'the harvester got at nobody: it proves nothing')
      tell(
        `${way.what}, for ${minutesShown.at(-1)} minutes among ${viewers} viewers`,
        `members seen after ${curve.join(', ')}; introductions asked for and got: ${harvester.sought}, ` +
          `${inEachMinute[0]} in the first minute, ${inEachMinute.at(-1)} in the last; refused: ${harvester.refusals}`,
      )
    })
  }

  function audience(): Audience {
    return new Audience(new CoreHarness(coreSettings(config)))
  }
})

/** How far viewers are behind the live edge: cells are chosen by it, and the harvester may say what it likes. */
const latencyMs = (number: number) => 4000 + ((number * 7919) % 12_000)

/** Viewers of whom a tenth has left, so that cells have room, and one in twenty is replaced in each minute. */
class Audience {
  private readonly clients: Client[] = []
  private names = 0
  private left = 0

  constructor(readonly core: CoreHarness) {
    while (this.clients.length < viewers * 1.1) {
      this.arrive()
      core.pass(5)
    }
    while (this.clients.length > viewers) this.leave()
    core.pass(5000)
  }

  /** A second's worth. */
  turnOver(): void {
    for (let count = viewers / 20 / 60; count > 0; count -= 1) {
      this.leave()
      this.arrive()
    }
    for (const client of this.clients) client.replies.length = 0
  }

  private leave(): void {
    this.left += 1
    const [leaver] = this.clients.splice((this.left * 7919) % this.clients.length, 1)
    if (leaver === undefined) return
    this.core.disconnect(leaver)
    this.core.clients.delete(leaver.connection)
  }

  private arrive(): void {
    this.names += 1
    const client = this.core.connect(openGrant, `home ${this.names}`)
    this.core.say(client, joinRequest(this.names, { latencyMs: latencyMs(this.names) }))
    this.clients.push(client)
  }
}

class Harvester {
  /** Everyone it was introduced to, whoever asked for it. */
  readonly seen = new Set<string>()
  /** Introductions that it asked for. */
  sought = 0
  readonly codes = new Map<string, number>()
  private readonly connected: Client[] = []
  private names = firstId

  constructor(
    private readonly tracker: CoreHarness,
    private readonly way: Way,
  ) {}

  get refusals(): string {
    return [...this.codes].map(([code, count]) => `${code} x ${count}`).join(', ') || 'nothing'
  }

  actForAMinute(meanwhile: () => void): void {
    for (let second = 0; second < 60; second += 1) {
      if (this.way.comesBack) for (let turn = 0; turn < 10; turn += 1) this.comeBack()
      while (this.connected.length < this.way.connections) this.connected.push(this.join())
      for (const client of this.connected) {
        if (client.closed !== undefined) continue
        this.tracker.say(client, { kind: 'seek', count: 32, except: [] })
        this.read(client)
      }
      this.tracker.pass(1000)
      meanwhile()
    }
  }

  private comeBack(): void {
    for (const client of this.connected.splice(0)) {
      this.read(client)
      if (client.closed === undefined) this.tracker.disconnect(client)
      this.tracker.clients.delete(client.connection)
    }
    this.connected.push(this.join())
  }

  private join(): Client {
    const { tracker, way } = this
    if (!tracker.core.mayAttempt(tracker.now, 'harvester')) this.count('429')
    const client = tracker.connect(way.grant, 'harvester')
    this.names += 1
    if (client.closed === undefined)
      tracker.say(client, joinRequest(this.names, { latencyMs: latencyMs(this.names * 31) }))
    this.read(client)
    return client
  }

  private read(client: Client): void {
    for (const { member, initiate } of introducedTo(client)) {
      if (member >= memberId(firstId)) continue
      this.seen.add(member)
      if (initiate) this.sought += 1
    }
    for (const code of errorCodesOf(client)) this.count(code)
    client.replies.length = 0
  }

  private count(code: string): void {
    this.codes.set(code, (this.codes.get(code) ?? 0) + 1)
  }
}
