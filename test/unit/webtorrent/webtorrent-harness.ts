import type { ConnectionId } from '../../../tracker/src/core/tracker-input.js'
import { WebtorrentCore } from '../../../tracker/src/webtorrent/webtorrent-core.js'
import type { WebtorrentInput } from '../../../tracker/src/webtorrent/webtorrent-input.js'
import type { WebtorrentSettings } from '../../../tracker/src/webtorrent/webtorrent-settings.js'
import { seededRandom } from '../../support/swarm/seeded-random.js'
import { bytesOf, textOf } from './wire-text.js'

export const testSettings: WebtorrentSettings = {
  connectionsMax: 1000,
  connectionsPerAddressMax: 1000,
  swarmsMax: 1000,
  swarmsPerConnectionMax: 10,
  peersPerSwarmMax: 1000,
  offersPerAnnounceMax: 10,
  offersPerMinute: 10_000,
  offersPerMinutePerAddress: 100_000,
  intervalSeconds: 120,
  messageBurst: 1000,
  messagesPerSecond: 1000,
  firstMessageTimeoutMs: 10_000,
}

/** What the tracker says, by the fields that messages have. */
export type Reply = Readonly<Record<string, unknown>>

export interface Client {
  readonly connection: ConnectionId
  /** Those that were not taken yet. */
  readonly replies: Reply[]
  closed?: number
}

/** An id from a name. */
export function id(name: string): string {
  return name.padEnd(20, '.')
}

/** Offers with descriptions that tell them apart. */
export function offersOf(...names: string[]) {
  return names.map((name) => ({ offer_id: id(name), offer: { type: 'offer', sdp: `sdp of ${name}` } }))
}

/** Runs the core in virtual time and delivers its outputs to clients that remember them. */
export class WebtorrentHarness {
  now = 0
  readonly core: WebtorrentCore
  private readonly clients = new Map<ConnectionId, Client>()
  private connectionsMade = 0

  constructor(settings: Partial<WebtorrentSettings> = {}, seed = 1) {
    this.core = new WebtorrentCore({ ...testSettings, ...settings }, seededRandom(seed))
  }

  connect(from = 'somewhere'): Client {
    this.connectionsMade += 1
    const client: Client = { connection: this.connectionsMade as ConnectionId, replies: [] }
    this.clients.set(client.connection, client)
    this.step({ kind: 'connection-opened', connection: client.connection, client: from })
    return client
  }

  /** Connects a client that announces `name` in `swarm`, and takes the replies. */
  join(name: string, swarm = 'swarm'): Client {
    const client = this.connect()
    this.announce(client, name, {}, swarm)
    return client
  }

  /** Says it and returns the replies to it. */
  say(client: Client, message: unknown): Reply[] {
    return this.sayText(client, JSON.stringify(message))
  }

  sayText(client: Client, text: string): Reply[] {
    this.step({ kind: 'message-received', connection: client.connection, text: bytesOf(text) })
    return client.replies.splice(0)
  }

  announce(client: Client, name: string, fields: object = {}, swarm = 'swarm'): Reply[] {
    return this.say(client, { action: 'announce', info_hash: id(swarm), peer_id: id(name), ...fields })
  }

  answer(client: Client, name: string, to: string, offer: string, swarm = 'swarm'): Reply[] {
    const answer = { type: 'answer', sdp: `answer of ${name}` }
    return this.announce(client, name, { to_peer_id: id(to), offer_id: id(offer), answer }, swarm)
  }

  disconnect(client: Client): void {
    this.step({ kind: 'connection-closed', connection: client.connection })
  }

  pass(ms: number): void {
    this.now += ms
    this.step({ kind: 'time-passed' })
  }

  /** @throws SyntaxError or TypeError when the core sends what is no JSON in UTF-8 */
  step(input: WebtorrentInput): void {
    for (const output of this.core.step(this.now, input)) {
      const client = this.clients.get(output.connection)
      if (output.kind === 'send') client?.replies.push(JSON.parse(textOf(payloadOf(output.frame))) as Reply)
      else if (client) client.closed = output.code
    }
  }
}

/** A frame is its head of two, four or ten characters, and the payload. */
function payloadOf(frame: string): string {
  const short = frame.charCodeAt(1)
  return frame.slice(short === 127 ? 10 : short === 126 ? 4 : 2)
}

export function reasonOf(replies: readonly Reply[]): unknown {
  return replies[0]?.['failure reason']
}
