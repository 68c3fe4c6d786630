import type { MemberId } from '../../../protocol/ids.js'
import type { EngineInput, LinkId, WantId } from '../../../client-sdk/src/engine/inputs.js'
import type { SignedPlaylistEdge } from '../../../protocol/playlist-edge.js'
import type { EngineTotals } from '../../../client-sdk/src/engine/ledger.js'
import type { Delivery } from '../../../client-sdk/src/engine/outputs.js'
import type { DriverPorts } from '../../../client-sdk/src/driver.js'
import type { Environment, EnvironmentListener } from '../../../client-sdk/src/environment.js'
import type { Logger } from '../../../client-sdk/src/logger.js'
import type { QualityFigures } from '../../../client-sdk/src/player/playback-quality.js'
import type { Link } from '../../../client-sdk/src/ports/link.js'
import type {
  SessionEngine,
  SessionParts,
  Swarm,
  SwarmListener,
  SwarmOptions,
} from '../../../client-sdk/src/session-parts.js'
import { noTotals } from '../../../client-sdk/src/stats.js'
import { sha256 } from '../../support/sha256.js'
import { VirtualClock } from '../../support/swarm/virtual-clock.js'

/** Stands for the engine's driver: writes down what it is told, answers when the test says so. */
export class FakeEngine implements SessionEngine {
  totals: EngineTotals = noTotals
  uploadLimit: SessionEngine['uploadLimit']
  state: 'open' | 'closed' = 'open'
  readonly told: EngineInput[] = []
  readonly calls: string[] = []

  constructor(
    readonly options: Parameters<SessionParts['startEngine']>[0],
    readonly ports: DriverPorts,
  ) {}

  tell(input: EngineInput): void {
    if (this.state === 'open') this.told.push(input)
  }

  addLink(link: Link): LinkId {
    this.calls.push(`addLink ${link.member.slice(0, 4)}`)
    return 1 as LinkId
  }

  closeLinks(code: string): void {
    this.calls.push(`closeLinks ${code}`)
  }

  close(): void {
    this.state = 'closed'
  }

  /** As the driver does: it closes itself, then says why. */
  fault(error: unknown): void {
    this.close()
    this.ports.fault(error)
  }

  kinds(): string[] {
    return this.told.map((input) => input.kind)
  }

  lastWant(): Extract<EngineInput, { kind: 'segment-wanted' }> {
    const wanted = this.told.findLast((input) => input.kind === 'segment-wanted')
    if (!wanted) throw new Error('no segment was wanted')
    return wanted
  }

  deliver(bytes: number, changes: Partial<Delivery> = {}, want: WantId = this.lastWant().want): void {
    const delivery = {
      startedAt: 0,
      firstByteAt: 0,
      completedAt: 1,
      cdnBytes: bytes,
      peerBytes: 0,
      sources: [],
    }
    this.ports.player.deliver(want, [new Uint8Array(bytes)], bytes, { ...delivery, ...changes })
  }
}

export class FakeSwarm implements Swarm {
  state: 'open' | 'closed' = 'open'
  readonly calls: string[] = []

  constructor(
    readonly options: SwarmOptions,
    readonly listener: SwarmListener,
  ) {}

  open(): void {
    this.calls.push('open')
  }

  start(): void {
    this.calls.push('start')
  }

  update(change: object): void {
    this.calls.push(`update ${JSON.stringify(change)}`)
  }

  report(totals: EngineTotals, links: number, { stalls, latencyMs }: QualityFigures): void {
    this.calls.push(`report ${totals.cdnBytes} ${links} ${stalls} ${latencyMs}`)
  }

  /** Those whose signature begins with 1 are right, and with 2 nobody can tell. */
  checkEdge({ signature }: SignedPlaylistEdge): Promise<boolean | undefined> {
    return Promise.resolve(signature[0] === 2 ? undefined : signature[0] === 1)
  }

  accuse({ member }: { readonly member: string }): void {
    this.calls.push(`accuse ${member}`)
  }

  retry(): void {
    this.calls.push('retry')
  }

  close(): void {
    this.state = 'closed'
  }
}

/** Session parts, the environment and the log, all in the test's hands. */
export class FakeWorld implements SessionParts {
  readonly clock = new VirtualClock()
  readonly sha256 = sha256
  readonly engines: FakeEngine[] = []
  readonly swarms: FakeSwarm[] = []
  readonly log: string[] = []
  watchers: EnvironmentListener[] = []
  joinSwarmThrows: Error | undefined
  readonly environment = {
    search: '',
    webrtc: 'available',
    console: this.logger(),
    connection: undefined,
    battery: undefined,
    page: 'visible',
    watch: (listener) => {
      this.watchers.push(listener)
      return () => {
        this.watchers = this.watchers.filter((known) => known !== listener)
      }
    },
  } as { -readonly [Name in keyof Environment]: Environment[Name] }

  constructor() {
    this.clock.runUntil(1000)
  }

  get engine(): FakeEngine {
    return lastOf(this.engines)
  }

  get swarm(): FakeSwarm {
    return lastOf(this.swarms)
  }

  newMemberId(): MemberId {
    return String(this.engines.length).padStart(40, '0') as MemberId
  }

  startEngine(options: Parameters<SessionParts['startEngine']>[0], ports: DriverPorts): SessionEngine {
    this.engines.push(new FakeEngine(options, ports))
    return this.engine
  }

  joinSwarm(options: SwarmOptions, listener: SwarmListener): Swarm {
    if (this.joinSwarmThrows) throw this.joinSwarmThrows
    this.swarms.push(new FakeSwarm(options, listener))
    return this.swarm
  }

  openCdn(): never {
    return { fetch: () => ({ abort: () => {} }) } as never
  }

  private logger(): Logger {
    const write =
      (level: string) =>
      (message: string): void =>
        void this.log.push(`${level}: ${message}`)
    return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
  }
}

export function linkTo(digit: string): Link {
  return { member: digit.repeat(40) as MemberId } as Link
}

function lastOf<Item>(items: readonly Item[]): Item {
  const last = items.at(-1)
  if (last === undefined) throw new Error('there is none')
  return last
}
