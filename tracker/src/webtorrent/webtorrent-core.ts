import { Accounts } from '../core/accounts.js'
import { DueQueue } from '../core/due-queue.js'
import type { ConnectionId } from '../core/tracker-input.js'
import { closeCodes } from '../core/tracker-output.js'
import type { Random } from '../core/tracker-settings.js'
import { byteFrame } from './byte-frame.js'
import { ClientConnection } from './client-connection.js'
import { decodeClientMessage } from './client-message.js'
import { failureReply, type FailureCode } from './replies.js'
import { Swarms, type Message } from './swarms.js'
import type { WebtorrentInput } from './webtorrent-input.js'
import type { WebtorrentOutput } from './webtorrent-output.js'
import type { WebtorrentSettings } from './webtorrent-settings.js'
import type { WebtorrentStats } from './webtorrent-stats.js'

/**
 * The WebTorrent tracker without a network: facts in, orders out. It owns the connections: who may speak, and how often.
 * What peers do is {@link Swarms}'. Nothing that a stranger sends throws, and whatever a stranger makes it keep has a
 * bound and ends with the connection.
 *
 * Times are milliseconds on any clock that does not go back.
 */
export class WebtorrentCore {
  private readonly connections = new Map<ConnectionId, ClientConnection>()
  private readonly silent: DueQueue<ClientConnection>
  private readonly addresses: Accounts
  private readonly swarms: Swarms
  private outputs: WebtorrentOutput[] = []
  private failures = 0
  private stopping = false

  constructor(
    private readonly settings: WebtorrentSettings,
    random: Random,
  ) {
    this.silent = new DueQueue(settings.firstMessageTimeoutMs)
    this.addresses = new Accounts({
      connectionsMax: settings.connectionsPerAddressMax,
      introductionsPerMinute: settings.offersPerMinutePerAddress,
      // The tracker's own core counts attempts, and messages are limited by their number and size.
      joinsPerMinute: 0,
      signalBytesPerMinute: 0,
    })
    this.swarms = new Swarms(settings, random, (connection, frame) => this.send(connection, frame))
  }

  /** Takes one fact and returns what to do about it, and about whatever fell due meanwhile. */
  step(now: number, input: WebtorrentInput): readonly WebtorrentOutput[] {
    this.handle(now, input)
    for (const late of this.silent.takeDue(now)) {
      this.drop(now, late, closeCodes.policyViolation, 'no announce')
    }
    const { outputs } = this
    this.outputs = []
    return outputs
  }

  /** When the next `time-passed` is wanted, if no other input comes before. */
  wakeAt(): number | undefined {
    return this.silent.wakeAt()
  }

  stats(): WebtorrentStats {
    return { connections: this.connections.size, ...this.swarms.stats(), failures: this.failures }
  }

  private handle(now: number, input: WebtorrentInput): void {
    switch (input.kind) {
      case 'message-received':
        return this.receive(now, input.connection, input.text)
      case 'connection-opened':
        return this.open(now, input.connection, input.client)
      case 'connection-closed':
        return this.forget(now, this.connections.get(input.connection))
      case 'stop-requested':
        return this.stop(now)
      case 'time-passed':
        return undefined
    }
  }

  private open(now: number, id: ConnectionId, client: string): void {
    if (this.stopping || this.connections.size >= this.settings.connectionsMax) {
      return this.close(id, closeCodes.tryAgainLater, this.stopping ? 'shutting-down' : 'tracker-full')
    }
    const account = this.addresses.enter(now, client)
    if (!account) return this.close(id, closeCodes.tryAgainLater, 'too-many-connections')
    const connection = new ClientConnection(id, client, account, this.settings, now)
    this.connections.set(id, connection)
    this.silent.add(now, connection)
  }

  private receive(now: number, id: ConnectionId, text: string): void {
    const connection = this.connections.get(id)
    if (!connection) return
    // Not read, and so not answered: there is nothing to say about it that the client would listen to.
    if (!connection.mayMessage(now)) return this.strike(now, connection, 'too-many-messages')
    const message = decodeClientMessage(text)
    if (message.kind === 'faulty') {
      this.fail(connection, message.fault, message.action, message.infoHash)
      return this.strike(now, connection, message.fault)
    }
    if (connection.isSilent) this.silent.cancel(connection)
    connection.isSilent = false
    const code = this.carryOut(now, connection, message)
    if (code !== undefined && message.kind !== 'scrape') {
      this.fail(connection, code, 'announce', message.infoHash)
    }
  }

  private carryOut(now: number, connection: ClientConnection, message: Message): FailureCode | undefined {
    switch (message.kind) {
      case 'announce':
        return this.swarms.announce(now, connection, message)
      case 'answer':
        return this.swarms.answer(now, connection, message)
      case 'scrape':
        return this.swarms.scrape(connection, message.infoHashes)
    }
  }

  private fail(
    connection: ClientConnection,
    code: FailureCode,
    action: 'announce' | 'scrape',
    infoHash: string | undefined,
  ): void {
    this.failures += 1
    this.send(connection, byteFrame(failureReply(code, action, infoHash)))
  }

  private strike(now: number, connection: ClientConnection, reason: string): void {
    if (!connection.forgives(now)) this.drop(now, connection, closeCodes.policyViolation, reason)
  }

  private drop(now: number, connection: ClientConnection, code: number, reason: string): void {
    this.forget(now, connection)
    this.close(connection.id, code, reason)
  }

  private forget(now: number, connection: ClientConnection | undefined): void {
    if (!connection) return
    this.connections.delete(connection.id)
    this.silent.cancel(connection)
    this.addresses.leave(now, connection.client)
    for (const peer of [...connection.peers]) this.swarms.leave(peer)
  }

  private stop(now: number): void {
    this.stopping = true
    for (const connection of [...this.connections.values()]) {
      this.drop(now, connection, closeCodes.goingAway, 'shutting-down')
    }
  }

  private send({ id: connection }: ClientConnection, frame: string): void {
    this.outputs.push({ kind: 'send', connection, frame })
  }

  private close(connection: ConnectionId, code: number, reason: string): void {
    this.outputs.push({ kind: 'close', connection, code, reason })
  }
}
