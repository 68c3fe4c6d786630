import type { MemberId, RenditionId, StreamId } from '../../../protocol/ids.js'
import type { Introduction, RosterEntry } from '../../../protocol/member.js'
import {
  decodeTrackerReply,
  encodeTrackerMessage,
  trackerProtocolVersion,
  type AccuseRequest,
  type DigestsReply,
  type PlaylistEdgeReply,
  type JoinedReply,
  type JoinRequest,
  type MoveReply,
  type Signal,
  type TrackerErrorCode,
  type TrackerReply,
  type TrackerRequest,
} from '../../../protocol/tracker-messages.js'
import { offeredSubprotocols } from '../../../protocol/join-token.js'
import { openPolicy, type StreamPolicy } from '../../../protocol/stream-policy.js'
import type { Clock } from '../ports/clock.js'
import type { Random } from '../ports/random.js'
import { obtainToken, type JoinToken } from './join-token.js'
import { ReconnectDelay } from './reconnect-delay.js'
import { ReportBase, type ReportTotals } from './report-base.js'
import { ReportThrottle } from './report-throttle.js'
import { Roster } from './roster.js'
import type { Socket, SocketConnector } from './socket.js'
import { TrackerRoute } from './tracker-route.js'

/**
 * - `connecting`: a socket is being opened, or the answer to the join awaited
 * - `joined`: the tracker took this member in
 * - `waiting`: the connection was lost or refused for now; another is made later
 * - `refused`: the tracker will not take this member; no further attempt
 * - `closed`: `close` was called
 */
export type TrackerState = 'connecting' | 'joined' | 'waiting' | 'refused' | 'closed'

/** Who joins what, and how to get there. */
export interface TrackerMembership {
  readonly url: string
  readonly stream: StreamId
  readonly member: MemberId
  readonly role: 'viewer' | 'fog'
  readonly uploads: boolean
  readonly rendition?: RenditionId
  /** Hosts to which the tracker may send this member, beside its own and those within it. */
  readonly hosts?: readonly string[]
  /** Where the tracker asks for one. A function is called for each connection. */
  readonly token?: JoinToken
}

/** What the client works with. */
export interface TrackerClientParts {
  readonly sockets: SocketConnector
  readonly clock: Clock
  readonly random: Random
}

/** What went wrong: the tracker's own code, or what this side found. */
export type TrackerWarning = TrackerErrorCode | 'reply-malformed' | 'join-unanswered' | 'move-refused'

/** Hears the tracker. */
export interface TrackerListener {
  stateChanged(state: TrackerState): void
  /** What the operator decided for the stream; told after each (re)connection, before `joined`, and when it changes. */
  policyChanged(policy: StreamPolicy): void
  /** After each (re)connection; `rosterChanged` and `introduced` follow. */
  joined(reply: JoinedReply): void
  /** Everyone in the cell but this member. Replaces the list before. */
  rosterChanged(members: readonly RosterEntry[]): void
  /** These left the cell. Called before `rosterChanged`. */
  gone(members: readonly MemberId[]): void
  introduced(introductions: readonly Introduction[]): void
  signalled(from: MemberId, signals: readonly Signal[]): void
  digestsTold(reply: DigestsReply): void
  edgeTold(reply: PlaylistEdgeReply): void
  /** The site's function for a token threw, or gave no text. Another attempt follows. */
  tokenFailed(error: unknown): void
  /** For logs and stats; nothing needs to be done. */
  warned(code: TrackerWarning, detail: string): void
}

/** Time for the socket to open and the join to be answered. */
export const joinTimeoutMs = 10_000

/** Replies in a row that make no sense, after which the other side is taken for something else than a tracker. */
export const malformedRepliesMax = 5

/** Refusals that another attempt would not change. */
const fatalCodes: ReadonlySet<TrackerErrorCode> = new Set(['unsupported-version', 'banned'])

/** Refusals of the join itself: what we sent is not what this tracker understands, and would not be next time. */
const fatalJoinCodes: ReadonlySet<TrackerErrorCode> = new Set([
  'malformed',
  'oversized',
  'unknown-kind',
  'out-of-order',
  'token-missing',
  'origin-refused',
])

/** Refusals that a fresh token may change, if the page has a function that gives one. */
const tokenCodes: ReadonlySet<TrackerErrorCode> = new Set([
  'token-invalid',
  'token-expired',
  'token-used',
  'token-mismatch',
])

/** Fresh tokens refused in a row, after which the page's function is taken to give wrong ones. */
export const tokenRefusalsMax = 3

/**
 * Keeps one member joined at one tracker: opens the socket, joins, resumes after a loss with full-jitter backoff,
 * and stops for good when refused. While there is no connection, everything sent is dropped and everything known
 * (roster, resume secret) is kept. Never throws.
 */
export class TrackerClient {
  private current: TrackerState = 'waiting'
  private socket: Socket | undefined
  private cancelTimer: () => void = () => undefined
  private joinedAt: number | undefined
  private retryAfterMs: number | undefined
  private resume: string | undefined
  private malformed = 0
  private tokenRefusals = 0
  private attempts = 0
  private uploads: boolean
  private rendition: RenditionId | undefined
  private asked: JoinRequest | undefined
  private latencyMs: number | undefined
  private readonly delay: ReconnectDelay
  private readonly route: TrackerRoute
  private readonly roster: Roster
  private readonly reports: ReportThrottle<ReportTotals>
  private readonly reported = new ReportBase()

  constructor(
    private readonly membership: TrackerMembership,
    private readonly listener: TrackerListener,
    private readonly parts: TrackerClientParts,
  ) {
    this.uploads = membership.uploads
    this.rendition = membership.rendition
    this.delay = new ReconnectDelay(parts.random)
    this.roster = new Roster(membership.member)
    this.route = new TrackerRoute(membership.url, membership.stream, membership.hosts ?? [])
    this.reports = new ReportThrottle(parts.clock, (totals) => {
      this.send({ kind: 'report', ...this.reported.sinceJoin(totals) })
    })
  }

  get state(): TrackerState {
    return this.current
  }

  /** Connects. Called once. */
  open(): void {
    if (this.current === 'waiting') this.connect()
  }

  /** Tries now rather than later, if the time of waiting was our own choice: the network has just come back. */
  retryNow(): void {
    if (this.current !== 'waiting' || this.retryAfterMs !== undefined || this.attempts === 0) return
    this.cancelTimer()
    this.connect()
  }

  signal(to: MemberId, signals: readonly Signal[]): void {
    this.send({ kind: 'signal', to, signals: [...signals] })
  }

  seek(count: number, except: readonly MemberId[]): void {
    this.send({ kind: 'seek', count, except: [...except] })
  }

  /** Tells what changed about this member, now and at every later join. */
  update(change: { readonly uploads?: boolean; readonly rendition?: RenditionId }): void {
    this.uploads = change.uploads ?? this.uploads
    this.rendition = change.rendition ?? this.rendition
    this.send({ kind: 'update', ...change })
  }

  /** Hands over the newest totals; they go out as often as the tracker asked for. */
  report(totals: ReportTotals): void {
    this.latencyMs = totals.latencyMs
    this.reports.offer(totals)
  }

  /** Tells of a member that sent changed blocks. */
  accuse(accusation: Omit<AccuseRequest, 'kind'>): void {
    this.send({ kind: 'accuse', ...accusation })
  }

  /** Leaves. Idempotent; the listener hears `stateChanged('closed')` and nothing more. */
  close(): void {
    if (this.current === 'closed') return
    this.send({ kind: 'leave' })
    this.disconnect()
    this.become('closed')
  }

  private connect(): void {
    const { clock } = this.parts
    this.become('connecting')
    if (this.state !== 'connecting') return
    this.malformed = 0
    this.retryAfterMs = undefined
    this.cancelTimer = clock.wake(clock.now() + joinTimeoutMs, () => {
      this.listener.warned('join-unanswered', `no answer to the join within ${joinTimeoutMs} ms`)
      this.retry()
    })
    this.attempts += 1
    const attempt = this.attempts
    const isCurrent = () => this.current === 'connecting' && this.attempts === attempt
    obtainToken(
      this.membership.token,
      { stream: this.membership.stream, member: this.membership.member },
      (token) => {
        if (isCurrent()) this.openSocket(token)
      },
      (error) => {
        if (!isCurrent()) return
        this.listener.tokenFailed(error)
        this.retry()
      },
    )
  }

  private openSocket(token: string | undefined): void {
    const protocols = token === undefined ? undefined : offeredSubprotocols(token)
    this.socket = this.parts.sockets.connect(
      this.route.url,
      {
        opened: () => {
          this.asked = this.joinRequest()
          this.socket?.send(encodeTrackerMessage(this.asked))
        },
        received: (text) => this.handleText(text),
        closed: () => this.retry(),
      },
      protocols,
    )
  }

  private joinRequest(): JoinRequest {
    const { stream, member, role } = this.membership
    return {
      kind: 'join',
      version: trackerProtocolVersion,
      stream,
      member,
      role,
      uploads: this.uploads,
      ...(this.rendition === undefined ? {} : { rendition: this.rendition }),
      ...(this.latencyMs === undefined ? {} : { latencyMs: this.latencyMs }),
      ...(this.resume === undefined ? {} : { resume: this.resume }),
    }
  }

  private send(message: TrackerRequest): void {
    if (this.current === 'joined') this.socket?.send(encodeTrackerMessage(message))
  }

  private handleText(text: string): void {
    if (this.current !== 'connecting' && this.current !== 'joined') return
    const reply = decodeTrackerReply(text)
    if (reply.ok) {
      this.malformed = 0
      this.handleReply(reply.value)
      return
    }
    this.malformed += 1
    this.listener.warned('reply-malformed', reply.detail)
    if (this.malformed >= malformedRepliesMax) this.retry()
  }

  private handleReply(reply: TrackerReply): void {
    if (reply.kind === 'error') this.handleError(reply)
    else if (reply.kind === 'move') this.handleMove(reply)
    else if (reply.kind === 'joined') this.handleJoined(reply)
    else if (this.current !== 'joined') return
    else if (reply.kind === 'policy') this.listener.policyChanged(reply.policy)
    else if (reply.kind === 'introduce') this.listener.introduced(reply.introductions)
    else if (reply.kind === 'signal') this.listener.signalled(reply.from, reply.signals)
    else if (reply.kind === 'digests') this.listener.digestsTold(reply)
    else if (reply.kind === 'playlist-edge') this.listener.edgeTold(reply)
    else {
      this.roster.change(reply.present, reply.gone)
      this.listener.gone(reply.gone)
      if (this.state === 'joined') this.listener.rosterChanged(this.roster.list())
    }
  }

  private handleJoined(reply: JoinedReply): void {
    if (this.current !== 'connecting') return
    this.cancelTimer()
    this.joinedAt = this.parts.clock.now()
    this.resume = reply.resume
    this.tokenRefusals = 0
    this.roster.replace(reply.members)
    this.reported.joined()
    this.reports.start(reply.reportIntervalMs)
    this.become('joined')
    this.tellChanges()
    // The listener may close at any of these.
    if (this.state === 'joined') this.listener.policyChanged(reply.policy ?? openPolicy)
    if (this.state === 'joined') this.listener.joined(reply)
    if (this.state === 'joined') this.listener.rosterChanged(this.roster.list())
    if (this.state === 'joined') this.listener.introduced(reply.introductions)
  }

  /** Tells what changed between the join and its answer. */
  private tellChanges(): void {
    const { uploads, rendition, asked } = this
    if (uploads === asked?.uploads && rendition === asked.rendition) return
    this.send({ kind: 'update', uploads, ...(rendition === undefined ? {} : { rendition }) })
  }

  /** Leaves for another process of the same tracker. Links and roster stay as they are meanwhile. */
  private handleMove({ url, afterMs }: MoveReply): void {
    const { clock } = this.parts
    const answer = this.route.move(clock.now(), url)
    if (answer !== 'follow') {
      this.listener.warned('move-refused', `the tracker sends this member elsewhere: ${answer}`)
      return
    }
    // A tracker that has no room closes the connection: what it said is done, and the socket is of no more use.
    if (this.current === 'connecting') this.disconnect()
    this.cancelTimer = clock.wake(clock.now() + afterMs, () => {
      this.send({ kind: 'leave' })
      this.disconnect()
      this.connect()
    })
  }

  private handleError(error: Extract<TrackerReply, { kind: 'error' }>): void {
    this.listener.warned(error.code, error.message)
    const beforeJoin = this.current === 'connecting'
    if (fatalCodes.has(error.code) || (beforeJoin && this.isFinalForJoin(error.code))) {
      this.disconnect()
      this.become('refused')
    } else if (error.retryAfterMs !== undefined || beforeJoin) {
      if (error.code === 'tracker-full') this.route.full()
      this.retryAfterMs = error.retryAfterMs
      this.retry()
    }
  }

  private isFinalForJoin(code: TrackerErrorCode): boolean {
    if (!tokenCodes.has(code)) return fatalJoinCodes.has(code)
    this.tokenRefusals += 1
    return typeof this.membership.token !== 'function' || this.tokenRefusals >= tokenRefusalsMax
  }

  /** Gives the socket up and comes back later. */
  private retry(): void {
    if (this.current !== 'connecting' && this.current !== 'joined') return
    const now = this.parts.clock.now()
    const usefulMs = this.joinedAt === undefined ? 0 : now - this.joinedAt
    this.disconnect()
    this.route.ended()
    const delayMs = this.delay.next(usefulMs, this.retryAfterMs)
    this.cancelTimer = this.parts.clock.wake(now + delayMs, () => this.connect())
    this.become('waiting')
  }

  private disconnect(): void {
    this.cancelTimer()
    this.reports.stop()
    this.joinedAt = undefined
    this.socket?.close()
    this.socket = undefined
  }

  private become(state: TrackerState): void {
    this.current = state
    this.listener.stateChanged(state)
  }
}
