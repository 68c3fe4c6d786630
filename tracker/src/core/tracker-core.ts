import type { RenditionId, StreamId } from '../../../protocol/ids.js'
import {
  decodeTrackerRequest,
  type JoinRequest,
  type TrackerErrorCode,
  type TrackerRequest,
} from '../../../protocol/tracker-messages.js'
import type { Account } from './account.js'
import { Accounts } from './accounts.js'
import { Bans, banSubjectsOf, type BanEntry, type BanSubject } from './bans.js'
import { bansMax, liarBanMs, liesMax, retryAfterRangeMs, returnsPerSecondMax, roomShare } from './bounds.js'
import { Connection } from './connection.js'
import { DueQueue } from './due-queue.js'
import { joinMismatch, type Grant } from './grant.js'
import type { Member } from './member.js'
import { nowhere } from './place.js'
import { Membership } from './membership.js'
import { moveMembers, MovesOnward } from './moves.js'
import { Outbox } from './outbox.js'
import type { Policies } from './policies.js'
import { regionStats, type RegionStats } from './regions.js'
import { Reputations } from './reputations.js'
import type { BucketRate } from './token-bucket.js'
import type { ConnectionId, TrackerInput } from './tracker-input.js'
import { closeCodes, type TrackerOutput } from './tracker-output.js'
import type { Random, TrackerKeys, TrackerSettings } from './tracker-settings.js'
import type { Swarms } from './swarms.js'
import { trackerStats, type TrackerStats } from './tracker-stats.js'

type ConnectionOpened = Extract<TrackerInput, { kind: 'connection-opened' }>

/**
 * The tracker without a network: facts in, orders out. It owns the connections: who may speak, how often, and
 * what becomes of those who break the rules. What members do is {@link Membership}'s. Nothing that a stranger
 * sends throws, and whatever a stranger makes it keep has a bound and ends with the connection.
 *
 * Times are milliseconds on any clock that does not go back.
 */
export class TrackerCore {
  private readonly connections = new Map<ConnectionId, Connection>()
  private readonly unjoined: DueQueue<Connection>
  private readonly outbox = new Outbox()
  private readonly membership: Membership
  private readonly messageRate: BucketRate
  private readonly addresses: Accounts
  private readonly tokens: Accounts
  private readonly bans = new Bans(bansMax)
  private readonly reputations = new Reputations()
  private readonly onward: MovesOnward
  private stopping = false

  constructor(
    private readonly settings: TrackerSettings,
    keys: TrackerKeys,
    private readonly random: Random,
  ) {
    this.messageRate = { burst: settings.messageBurst, perSecond: settings.messagesPerSecond }
    this.addresses = new Accounts(settings.perAddress)
    this.tokens = new Accounts(settings.perToken)
    this.unjoined = new DueQueue(settings.joinTimeoutMs)
    this.onward = new MovesOnward(random, this.outbox)
    this.membership = new Membership(settings, keys, random, this.outbox)
  }

  /** Takes one fact and returns what to do about it, and about whatever fell due meanwhile. */
  step(now: number, input: TrackerInput): TrackerOutput[] {
    this.handleInput(now, input)
    for (const late of this.unjoined.takeDue(now)) {
      this.outbox.sendError(late.id, 'out-of-order', 'the first message, a join, did not come in time')
      this.drop(now, late, closeCodes.policyViolation, 'no join')
    }
    this.membership.sendDueRosters(now)
    return this.outbox.take()
  }

  /**
   * Counts an attempt to connect, and says whether it may go on. Asked before anything that costs more than the
   * question: a token's signature, the handshake.
   */
  mayAttempt(now: number, client: string): boolean {
    return this.addresses.attempt(now, client)
  }

  /** When the next `time-passed` is wanted, if no other input comes before. */
  wakeAt(): number | undefined {
    const join = this.unjoined.wakeAt()
    const roster = this.membership.wakeAt()
    if (join === undefined || roster === undefined) return join ?? roster
    return Math.min(join, roster)
  }

  /** The streams that have members, and which renditions these follow. */
  *followed(): Iterable<readonly [StreamId, ReadonlySet<RenditionId>]> {
    for (const [stream, { cells }] of this.membership.swarms.byStream) {
      yield [stream, new Set([...cells].flatMap(({ renditions }) => [...renditions.keys()]))]
    }
  }

  /** Whether more members are welcome: below the limits by a margin, and not about to end. */
  get hasRoom(): boolean {
    const { membersMax, connectionsMax } = this.settings
    const { memberCount } = this.membership.swarms
    const isFull =
      memberCount >= membersMax * roomShare || this.connections.size >= connectionsMax * roomShare
    return !isFull && !this.stopping
  }

  /** The swarms with members, and what was moved in all. */
  get swarms(): Pick<Swarms, 'byStream' | 'memberCount' | 'totals'> {
    return this.membership.swarms
  }

  /** What the tracker holds and has counted; at most `streamsListedMax` streams one by one. */
  stats(now: number, streamsListedMax: number): TrackerStats {
    const { membership, outbox } = this
    return trackerStats(now, { connections: this.connections.size, membership, outbox, streamsListedMax })
  }

  /** Bans that are kept; one that has ended counts until it is looked at. */
  get bansKept(): number {
    return this.bans.size
  }

  /** Who is banned now. */
  bansAt(now: number): readonly BanEntry[] {
    return this.bans.entries(now)
  }

  /** Where the members are, as far as the operator's files tell. */
  regions(): readonly RegionStats[] {
    return regionStats(this.membership.swarms.byStream.values())
  }

  /** What the operator decided, for streams with and without members. */
  get policies(): Pick<Policies, 'of' | 'entries'> {
    return this.membership.policies
  }

  private handleInput(now: number, input: TrackerInput): void {
    switch (input.kind) {
      case 'connection-opened':
        return this.open(now, input)
      case 'message-received':
        return this.receive(now, input.connection, input.text)
      case 'binary-received':
        return this.receive(now, input.connection, undefined)
      case 'connection-closed':
        return this.forget(now, this.connections.get(input.connection))
      case 'policy-set':
        return this.membership.setPolicy(input.stream, input.policy)
      case 'digests-made':
        return this.membership.digestsMade(now, input.stream, input.digests)
      case 'playlist-edge-made':
        return this.membership.edgeMade(input.stream, input.edge)
      case 'stop-requested':
        return this.stop(now)
      case 'moves-ordered':
        return moveMembers(this.membership.swarms.byStream.values(), input.homes, this.random, this.outbox)
      case 'room-elsewhere':
        return this.onward.knowRoom(input.urls)
      case 'ban-set':
        return this.ban(now, input.subject, input.forMs)
      case 'time-passed':
        return undefined
    }
  }

  private open(now: number, { connection: id, client, grant, place = nowhere }: ConnectionOpened): void {
    if (this.stopping || this.connections.size >= this.settings.connectionsMax) {
      const code = this.stopping ? 'shutting-down' : 'tracker-full'
      if (!this.stopping && this.onward.send(id)) return
      this.outbox.sendError(id, code, 'no more connections are accepted', this.retryAfterMs())
      this.outbox.close(id, closeCodes.tryAgainLater, code)
      return
    }
    const accounts = this.enter(now, client, grant)
    if (!accounts) {
      const detail = 'too many connections from this address or with this token'
      this.outbox.sendError(id, 'too-many-connections', detail, this.retryAfterMs())
      this.outbox.close(id, closeCodes.tryAgainLater, 'too-many-connections')
      return
    }
    const connection = new Connection(id, client, grant, accounts, this.messageRate, now, place)
    this.connections.set(id, connection)
    this.unjoined.add(now, connection)
  }

  /** The accounts of a connection's address and token; nothing when one of them has all that it may have. */
  private enter(now: number, client: string, { token }: Grant): Account[] | undefined {
    if (token !== undefined && !this.tokens.attempt(now, token)) return undefined
    const byAddress = this.addresses.enter(now, client)
    if (!byAddress) return undefined
    if (token === undefined) return [byAddress]
    const byToken = this.tokens.enter(now, token)
    if (byToken) return [byAddress, byToken]
    this.addresses.leave(now, client)
    return undefined
  }

  /** `text` is undefined for a frame that was none. */
  private receive(now: number, id: ConnectionId, text: string | undefined): void {
    const connection = this.connections.get(id)
    if (!connection) return
    if (!connection.messages.take(now)) {
      const { burst, perSecond } = this.messageRate
      const detail = `at most ${perSecond} messages per second, ${burst} at once; this one was not read`
      return this.strike(now, connection, 'too-many-messages', detail)
    }
    if (text === undefined) return this.strike(now, connection, 'malformed', 'messages are text frames')
    const decoded = decodeTrackerRequest(text)
    if (decoded.ok) return this.handleRequest(now, connection, decoded.value, text)
    if (decoded.code !== 'unsupported-version') {
      return this.strike(now, connection, decoded.code, decoded.detail)
    }
    this.outbox.sendError(id, decoded.code, decoded.detail)
    this.drop(now, connection, closeCodes.policyViolation, decoded.code)
  }

  private handleRequest(now: number, connection: Connection, request: TrackerRequest, text: string): void {
    const { member } = connection
    if (request.kind === 'join') {
      if (!member) return this.join(now, connection, request)
      return this.strike(now, connection, 'out-of-order', 'this connection has joined already')
    }
    if (!member) return this.strike(now, connection, 'out-of-order', 'the first message is a join')
    switch (request.kind) {
      case 'update':
        return this.membership.update(now, member, request)
      case 'signal':
        return this.signal(now, connection, member, request, text)
      case 'seek':
        return this.membership.seek(now, member, request)
      case 'report':
        return this.membership.report(now, member, request)
      case 'accuse':
        return this.accuse(now, connection, member, request)
      case 'leave':
        return this.drop(now, connection, closeCodes.normal, 'left')
    }
  }

  private join(now: number, connection: Connection, request: JoinRequest): void {
    const mismatch = joinMismatch(connection.grant, request)
    if (mismatch !== undefined) {
      this.outbox.sendError(connection.id, 'token-mismatch', mismatch)
      return this.drop(now, connection, closeCodes.policyViolation, 'token-mismatch')
    }
    const subjects = banSubjectsOf(request.member, connection.grant.token)
    if (subjects.some((subject) => this.bans.has(now, subject))) return this.refuseBanned(now, connection)
    const isSuspect = this.reputations.isSuspect(now, subjects)
    const joined = this.membership.join(now, connection, request, isSuspect)
    if (!joined.ok) {
      if (joined.code === 'member-in-use') {
        return this.outbox.sendError(connection.id, joined.code, joined.detail)
      }
      if (this.onward.send(connection.id)) return this.forget(now, connection)
      this.outbox.sendError(connection.id, joined.code, joined.detail, this.retryAfterMs())
      return this.drop(now, connection, closeCodes.tryAgainLater, joined.code)
    }
    connection.member = joined.value.member
    connection.place = nowhere
    this.unjoined.cancel(connection)
    const { replaced } = joined.value
    if (replaced === undefined) return
    const loser = this.connections.get(replaced)
    if (loser) this.release(now, loser)
    this.outbox.sendError(replaced, 'member-in-use', 'another connection has taken over this member id')
    this.outbox.close(replaced, closeCodes.policyViolation, 'member-in-use')
  }

  private ban(now: number, subject: BanSubject, forMs: number): void {
    this.bans.set(now, subject, forMs)
    if (forMs <= 0) return
    for (const connection of [...this.connections.values()]) {
      const { member, grant } = connection
      if (banSubjectsOf(member?.id, grant.token).includes(subject)) this.refuseBanned(now, connection)
    }
  }

  private refuseBanned(now: number, connection: Connection): void {
    this.outbox.sendError(connection.id, 'banned', 'this member, or its token, is banned for now')
    this.drop(now, connection, closeCodes.policyViolation, 'banned')
  }

  private signal(
    now: number,
    connection: Connection,
    member: Member,
    request: Extract<TrackerRequest, { kind: 'signal' }>,
    text: string,
  ): void {
    if (connection.accounts.some(({ signalBytes }) => signalBytes.available(now) < text.length)) {
      // No strike: it may be others at the same address who used it up.
      const detail = 'too much signalling from this address or with this token; this one was not passed on'
      return this.outbox.sendError(connection.id, 'too-many-messages', detail)
    }
    for (const { signalBytes } of connection.accounts) signalBytes.take(now, text.length)
    const relayed = this.membership.signal(member, request, text)
    if (relayed.ok) return
    // No strike: whoever signals to a member that has just left cannot know it yet.
    if (relayed.code === 'not-introduced') this.outbox.sendError(connection.id, relayed.code, relayed.detail)
    else this.strike(now, connection, relayed.code, relayed.detail)
  }

  private accuse(
    now: number,
    connection: Connection,
    member: Member,
    request: Extract<TrackerRequest, { kind: 'accuse' }>,
  ): void {
    if (!connection.mayAccuse(now)) {
      return this.catchLiar(now, connection, 'too-many-messages', 'more accusations than can be true')
    }
    const heard = this.membership.accuse(member, request)
    if (!heard.ok) return this.catchLiar(now, connection, heard.code, heard.detail)
    const accused = heard.value && this.connections.get(heard.value.connection)
    if (!heard.value || !accused) return
    const subjects = banSubjectsOf(heard.value.id, accused.grant.token)
    heard.value.isSuspect = this.reputations.accused(now, subjects, connection.client)
  }

  /** The tracker itself knows that this is not so: who does it again and again is out, with its token. */
  private catchLiar(now: number, connection: Connection, code: TrackerErrorCode, detail: string): void {
    const subjects = banSubjectsOf(connection.member?.id, connection.grant.token)
    if (this.reputations.lied(now, subjects) < liesMax) return this.strike(now, connection, code, detail)
    this.refuseBanned(now, connection)
    const { token, member: bound } = connection.grant
    if (token === undefined) return this.banName(now, connection.member)
    for (const subject of banSubjectsOf(bound, token)) {
      this.ban(now, subject, liarBanMs)
      this.outbox.banned(subject, liarBanMs)
    }
  }

  /**
   * Without a token nothing says whose a member id is: somebody else may have it on another stream, or at another process.
   * So it is banned here alone, and not if another connection goes by it.
   */
  private banName(now: number, member: Member | undefined): void {
    if (member === undefined) return
    const taken = [...this.connections.values()].some((other) => other.member?.id === member.id)
    if (!taken) this.bans.set(now, `member:${member.id}`, liarBanMs)
  }

  private strike(now: number, connection: Connection, code: TrackerErrorCode, detail: string): void {
    this.outbox.sendError(connection.id, code, detail)
    if (!connection.forgives(now)) this.drop(now, connection, closeCodes.policyViolation, code)
  }

  private drop(now: number, connection: Connection, code: number, reason: string): void {
    this.forget(now, connection)
    this.outbox.close(connection.id, code, reason)
  }

  private forget(now: number, connection: Connection | undefined): void {
    if (!connection) return
    this.release(now, connection)
    this.unjoined.cancel(connection)
    if (connection.member) this.membership.leave(now, connection.member)
  }

  private release(now: number, { id, client, grant }: Connection): void {
    this.connections.delete(id)
    this.addresses.leave(now, client)
    if (grant.token !== undefined) this.tokens.leave(now, grant.token)
  }

  private stop(now: number): void {
    this.stopping = true
    const spreadMs = (this.connections.size / returnsPerSecondMax) * 1000
    for (const connection of [...this.connections.values()]) {
      this.outbox.sendError(connection.id, 'shutting-down', 'the tracker stops', this.retryAfterMs(spreadMs))
      this.drop(now, connection, closeCodes.goingAway, 'shutting-down')
    }
  }

  /** @param spreadMs - over how long those who come back are spread at least */
  private retryAfterMs(spreadMs = 0): number {
    const [least, most] = retryAfterRangeMs
    return least + Math.floor(this.random() * (Math.max(most - least, spreadMs) + 1))
  }
}
