import type { StreamId } from '../../../protocol/ids.js'
import { neighboursTargetIn } from '../../../protocol/neighbours-target.js'
import type { SignedPlaylistEdge } from '../../../protocol/playlist-edge.js'
import { failure, success, type Result } from '../../../protocol/result.js'
import { openPolicy, type StreamPolicy } from '../../../protocol/stream-policy.js'
import {
  encodeTrackerMessage,
  type JoinRequest,
  type TrackerErrorCode,
  type TrackerRequest,
} from '../../../protocol/tracker-messages.js'
import type { Cell } from './cell.js'
import type { Connection } from './connection.js'
import { DigestBoard, type WitnessedDigest } from './digest-board.js'
import { Introductions } from './introductions.js'
import { Member } from './member.js'
import type { Outbox } from './outbox.js'
import { Policies } from './policies.js'
import { CellMoves } from './cell-moves.js'
import { GroupNames } from './group-names.js'
import { choosePlacement, type Joiner } from './placement.js'
import { RosterBatches } from './roster-batches.js'
import { isSameText } from './same-text.js'
import { relayedSignals } from './signal-relay.js'
import type { Swarm } from './swarm.js'
import { Swarms } from './swarms.js'
import type { ConnectionId } from './tracker-input.js'
import type { Random, TrackerKeys, TrackerSettings } from './tracker-settings.js'

type Request<Kind extends TrackerRequest['kind']> = Extract<TrackerRequest, { kind: Kind }>

/** Who asks to join: a connection, and what it was allowed. */
type Applicant = Pick<Connection, 'id' | 'grant' | 'accounts' | 'place'>

/** A joined member, and the older connection that lost the same id to it. */
export interface Joining {
  readonly member: Member
  readonly replaced?: ConnectionId
}

/** Who is in which swarm and cell, and what members ask of each other. Knows nothing of rates and violations. */
export class Membership {
  readonly swarms: Swarms
  readonly policies = new Policies()
  /** Since the start: members taken in, those among them that took over from an older connection, signals passed on. */
  joins = 0
  takeovers = 0
  signalsRelayed = 0
  private readonly rosters: RosterBatches
  private readonly introductions: Introductions
  private readonly digests: DigestBoard
  private readonly moves: CellMoves
  private readonly groupNames = new GroupNames()
  private cellsMade = 0

  constructor(
    private readonly settings: TrackerSettings,
    private readonly keys: TrackerKeys,
    random: Random,
    private readonly outbox: Outbox,
  ) {
    this.swarms = new Swarms(keys, settings.cellMembersMax)
    this.rosters = new RosterBatches(settings.rosterDelayMs, outbox)
    this.introductions = new Introductions(random, outbox)
    this.digests = new DigestBoard(outbox)
    this.moves = new CellMoves(this.rosters, outbox)
  }

  wakeAt(): number | undefined {
    return this.rosters.wakeAt()
  }

  get introductionsMade(): number {
    return this.introductions.made
  }

  sendDueRosters(now: number): void {
    for (const cell of this.rosters.sendDue(now)) {
      const [member] = cell.members.values()
      if (member && this.policyOf(member.swarm).p2p === 'on') this.introductions.settle(now, cell)
      this.moves.giveUp(now, cell)
    }
  }

  join(
    now: number,
    { id: connection, grant, accounts, place }: Applicant,
    request: JoinRequest,
    isSuspect = false,
  ): Result<Joining, 'member-in-use' | 'tracker-full'> {
    const refusal = this.refusal(request, grant.holder)
    if (refusal) return failure(refusal.code, refusal.detail)
    const swarm = this.swarms.open(request.stream)
    const earlier = swarm.members.get(request.member)
    if (earlier) this.withdraw(now, earlier)
    const groups = this.groupNames.of(place)
    const joiner = { rendition: request.rendition, groups, behindLiveMs: request.latencyMs }
    const cell = earlier?.cell ?? this.cellFor(now, swarm, joiner)
    const member = new Member(connection, swarm, cell, request, now, accounts, groups)
    member.isSuspect = isSuspect
    const others = [...cell.members.values()].map((other) => other.rosterEntry())
    this.swarms.add(member)
    this.rosters.mark(now, cell, member.id)
    if (request.latencyMs !== undefined) cell.changePosition(member, request.latencyMs)
    this.joins += 1
    if (earlier) this.takeovers += 1
    this.weigh(swarm, member)
    const policy = this.policyOf(swarm)
    const wanted = policy.p2p === 'on' ? neighboursTargetIn(cell.members.size) : 0
    const digestKey = this.keys.digestKeyOf?.(request.stream)
    this.outbox.send(connection, {
      kind: 'joined',
      member: member.id,
      swarm: swarm.id,
      resume: this.keys.resumeOf(swarm.id, member.id, grant.holder),
      members: others,
      introductions: this.introductions.introduce(now, member, wanted, new Set()),
      reportIntervalMs: this.settings.reportIntervalMs,
      ...(policy === openPolicy ? {} : { policy }),
      ...(digestKey === undefined ? {} : { digestKey }),
    })
    this.digests.greet(member)
    return success(earlier ? { member, replaced: earlier.connection } : { member })
  }

  leave(now: number, member: Member): void {
    this.withdraw(now, member)
    this.weigh(member.swarm)
    if (member.swarm.freeIfEmpty(member.cell)) this.rosters.forget(member.cell)
    this.swarms.freeIfEmpty(member.swarm)
  }

  update(now: number, member: Member, { uploads, rendition, latencyMs }: Request<'update'>): void {
    if (uploads !== undefined) member.cell.changeUploads(member, uploads)
    if (rendition !== undefined && rendition !== member.rendition) {
      member.swarm.changeRendition(member, rendition)
      this.digests.greet(member)
    }
    if (latencyMs !== undefined) member.cell.changePosition(member, latencyMs)
    if (uploads === undefined && rendition === undefined) return
    this.rosters.mark(now, member.cell, member.id)
  }

  /** Answers always, with nobody when there is nobody left or the member seeks too often. */
  seek(now: number, member: Member, { count, except }: Request<'seek'>): void {
    const permitted = this.policyOf(member.swarm).p2p === 'on'
    const wanted = member.seeksAt(now).take(now) && permitted ? count : 0
    const introductions = this.introductions.introduce(now, member, wanted, new Set(except))
    this.outbox.send(member.connection, { kind: 'introduce', introductions })
  }

  /** `text` is the request as it came. */
  signal(member: Member, { to, signals }: Request<'signal'>, text: string): Result<void, TrackerErrorCode> {
    const receiver = member.introduced.get(to)
    if (!receiver) return failure('not-introduced', 'the tracker has not introduced you to this member')
    const relayed = relayedSignals(member.id, to, signals, text)
    if (!relayed.ok) return relayed
    this.signalsRelayed += 1
    this.outbox.sendDisposable(receiver.connection, relayed.value)
    return success(undefined)
  }

  /** Tells everyone on the stream. Where P2P is off, those who were introduced are strangers again. */
  setPolicy(stream: StreamId, policy: StreamPolicy): void {
    const swarm = this.swarms.byStream.get(stream)
    if (this.policies.set(stream, policy) === 'changed' && swarm) this.tellPolicy(swarm)
  }

  /** What holds for a stream now. */
  private policyOf({ stream, isThin }: Swarm): StreamPolicy {
    const decided = this.policies.of(stream)
    return isThin && decided.p2p === 'on' ? { ...decided, p2p: 'off', reason: 'few-viewers' } : decided
  }

  /**
   * Switches P2P off where too few watch, and on where enough do. Once on it stays until half of them are gone, so that one
   * viewer who comes and goes does not make and break everybody's links. `joiner` is told when it is greeted.
   */
  private weigh(swarm: Swarm, joiner?: Member): void {
    const { p2pViewersMin } = this.settings
    const isNew = joiner !== undefined && swarm.members.size === 1
    const least = swarm.isThin || isNew ? p2pViewersMin : p2pViewersMin / 2
    const isThin = swarm.members.size < least
    if (isThin === swarm.isThin) return
    swarm.isThin = isThin
    // Whoever is there is introduced with the next roster batch, by when they have said that they give again.
    for (const cell of swarm.cells) cell.unsettled = true
    this.tellPolicy(swarm, joiner)
  }

  private tellPolicy(swarm: Swarm, except?: Member): void {
    const policy = this.policyOf(swarm)
    const members = [...swarm.members.values()].filter((member) => member !== except)
    if (policy.p2p === 'off') for (const member of members) this.introductions.end(member)
    const connections = members.map(({ connection }) => connection)
    this.outbox.sendText(connections, encodeTrackerMessage({ kind: 'policy', policy }))
  }

  report(now: number, member: Member, report: Request<'report'>): void {
    this.swarms.count(now, member, report)
    if (report.latencyMs !== undefined) member.cell.changePosition(member, report.latencyMs)
  }

  private cellFor(now: number, swarm: Swarm, joiner: Joiner): Cell {
    for (;;) {
      const choice = choosePlacement(swarm, joiner)
      if (choice.kind === 'enter') return choice.cell
      const newCellId = (this.cellsMade += 1)
      if (choice.kind === 'found') return swarm.found(newCellId)
      // Both parts have room then, so that a second look ends it.
      this.moves.part(now, swarm, choice.cell, choice.group, newCellId)
    }
  }

  /** Whether the operator's rules allow digests of a stream. */
  expectsDigests(stream: StreamId): boolean {
    return this.keys.digestKeyOf?.(stream) !== undefined
  }

  digestsMade(now: number, stream: StreamId, digests: readonly WitnessedDigest[]): void {
    const swarm = this.swarms.byStream.get(stream)
    if (!swarm) return
    swarm.digestedAt = now
    for (const { bytes } of this.digests.publish(swarm, digests)) swarm.recent.born(now, bytes)
  }

  edgeMade(stream: StreamId, edge: SignedPlaylistEdge): void {
    const swarm = this.swarms.byStream.get(stream)
    if (swarm) this.digests.tellEdge(swarm, edge)
  }

  /**
   * The accused, where the accusation may be true and the two were a pair, which they are not any more. Nobody, where it is
   * of no use: the accused has left, or the tracker has not introduced the two.
   */
  accuse(member: Member, request: Request<'accuse'>): Result<Member | undefined, 'accusation-false'> {
    if (this.digests.judge(member.swarm, request) === 'false') {
      return failure('accusation-false', 'the block that you were sent is the right one, or there is none')
    }
    const accused = member.introduced.get(request.member)
    if (accused) this.introductions.part(member, accused)
    return success(accused)
  }

  private refusal({ stream, member, resume }: JoinRequest, holder: string) {
    const swarm = this.swarms.byStream.get(stream)
    if (swarm?.members.has(member)) {
      const expected = this.keys.resumeOf(swarm.id, member, holder)
      if (resume !== undefined && isSameText(expected, resume)) return undefined
      return { code: 'member-in-use', detail: 'another connection has this member id' } as const
    }
    if (this.swarms.memberCount >= this.settings.membersMax) {
      return { code: 'tracker-full', detail: 'the tracker has all the members it may have' } as const
    }
    if (!swarm && this.swarms.byStream.size >= this.settings.streamsMax) {
      return { code: 'tracker-full', detail: 'the tracker has all the streams it may have' } as const
    }
    return undefined
  }

  /** Takes a member out and tells its cell, but leaves cell and swarm in being for one that takes its place. */
  private withdraw(now: number, member: Member): void {
    this.swarms.remove(member)
    this.introductions.end(member)
    this.rosters.mark(now, member.cell, member.id)
  }
}
