import { cellMembersMax, linksMax } from '../../../protocol/limits.js'
import { neighboursTargetIn } from '../../../protocol/neighbours-target.js'
import type { MemberId, SwarmId } from '../../../protocol/ids.js'
import type { Introduction } from '../../../protocol/member.js'
import type { Signal } from '../../../protocol/tracker-messages.js'
import type { ChannelConnector } from '../ports/channel.js'
import type { Clock } from '../ports/clock.js'
import type { Link } from '../ports/link.js'
import type { Random } from '../ports/random.js'
import { AttemptBudget } from './attempt-budget.js'
import { ConnectionAttempt } from './connection-attempt.js'
import { FailureMemory } from './failure-memory.js'
import { Invitations } from './invitations.js'
import type { LinkCode } from './link-code.js'
import { SeekSchedule } from './seek-schedule.js'
import { SignalOutbox } from './signal-outbox.js'
import { OfferPace } from './offer-pace.js'
import { openWireLink, type LinkOpener } from './wire-link.js'

/** Hears what the neighbourhood wants and what came of it. */
export interface NeighbourhoodListener {
  /** To be sent to the tracker. */
  signal(to: MemberId, signals: readonly Signal[]): void
  /** To be sent to the tracker, if it is there: `count` neighbours more, none of `except`. */
  seek(count: number, except: readonly MemberId[]): void
  opened(link: Link): void
  /** A link ended, or did not come about (then `opened` was not called). Other texts come from `Link.close`. */
  ended(member: MemberId, code: LinkCode | AttemptCode | (string & {})): void
}

/** What the neighbourhood works with. */
export interface NeighbourhoodParts {
  readonly connector: ChannelConnector
  /** The wire protocol, unless a simulation has no need of it. */
  readonly openLink?: LinkOpener
  readonly clock: Clock
  readonly random: Random
}

/**
 * Why no link came about, beside the link codes.
 *
 * - `connection-failed`: no path between the two, or no answer, within the time for it
 * - `offer-missing`: the member that was to make the offer did not
 * - `no-room`: so many connections were in the making that an introduction expired
 */
type AttemptCode = 'connection-failed' | 'offer-missing' | 'no-room'

/** Connections in the making at once. Each gathers candidates and sends checks, which home routers feel. */
export const pendingMax = 8

/**
 * Turns introductions into links. Invariants: only members the tracker introduced connect; at most
 * {@link linksMax} connections exist, at most {@link pendingMax} of them in the making by our own offer; at most
 * one link per member; every connection either opens or is destroyed within its time limits.
 */
export class Neighbourhood {
  private state: 'new' | 'joined' | 'closed' = 'new'
  private connecting = false
  private permitted = true
  private swarm: SwarmId | undefined
  private others = 0
  private readonly pending = new Map<MemberId, ConnectionAttempt>()
  private readonly links = new Map<MemberId, ConnectionAttempt>()
  private failures = new FailureMemory()
  private readonly budget = new AttemptBudget()
  private readonly invitations: Invitations
  private readonly outbox: SignalOutbox
  private readonly seeking: SeekSchedule
  private readonly pace: OfferPace

  constructor(
    private readonly self: MemberId,
    private readonly listener: NeighbourhoodListener,
    private readonly parts: NeighbourhoodParts,
  ) {
    const { clock, random } = parts
    this.invitations = new Invitations(clock, (member, initiate) => this.handleExpiry(member, initiate))
    this.outbox = new SignalOutbox(clock, (to, signals) => listener.signal(to, signals))
    this.seeking = new SeekSchedule(clock, random, () => this.seek())
    this.pace = new OfferPace(clock, () => this.review())
  }

  get linkCount(): number {
    return this.links.size
  }

  get pendingCount(): number {
    return this.pending.size
  }

  /** From now on offers are made; until then introductions wait. Offers of others are answered before, too. */
  connect(): void {
    this.connecting = true
    this.review()
  }

  /** Whether new links may come about. Those that are open go on; what is in the making ends. */
  permit(newLinks: boolean): void {
    if (newLinks === this.permitted || this.state === 'closed') return
    this.permitted = newLinks
    if (!newLinks) {
      this.seeking.stop()
      this.pace.stop()
      this.invitations.close()
      for (const member of [...this.pending.keys()]) this.drop(member, 'closed')
      return
    }
    // Links that everyone was told to close are no failures.
    this.failures = new FailureMemory()
    this.seeking.restart()
    this.review()
  }

  /** The tracker took this member into a swarm. Links made before stay: their members are still neighbours. */
  joined(swarm: SwarmId): void {
    if (this.state === 'closed') return
    this.state = 'joined'
    this.swarm = swarm
    this.seeking.restart()
    this.review()
  }

  /** So many others are in the cell now. */
  cellChanged(others: number): void {
    this.others = others
    this.review()
  }

  introduce(introductions: readonly Introduction[]): void {
    if (this.state !== 'joined' || !this.permitted) return
    for (const introduction of introductions) {
      if (this.isWorthwhile(introduction)) this.invitations.add(introduction)
    }
    this.review()
  }

  signalled(from: MemberId, signals: readonly Signal[]): void {
    if (this.state !== 'joined' || !this.permitted) return
    for (const signal of signals) {
      if (signal['type'] === 'offer') this.handleOffer(from, signal)
      else this.pending.get(from)?.accept(signal)
    }
  }

  /** The tracker says that the member left. What was only begun ends; an open link ends when it breaks. */
  forget(member: MemberId): void {
    this.invitations.delete(member)
    this.drop(member, 'channel-closed')
    this.review()
  }

  /** Closes every link and connection at once and leaves nothing behind. Idempotent. */
  close(): void {
    if (this.state === 'closed') return
    this.state = 'closed'
    this.seeking.stop()
    this.pace.stop()
    this.invitations.close()
    this.outbox.close()
    for (const attempt of [...this.pending.values(), ...this.links.values()]) attempt.close('closed')
    this.pending.clear()
    this.links.clear()
  }

  /** No second offer to a neighbour; but it may have lost a link that still looks open here, and offer anew. */
  private isWorthwhile({ member, initiate }: Introduction): boolean {
    if (member === this.self) return false
    if (!initiate) return true
    const known = this.links.has(member) || this.pending.has(member)
    return !known && !this.failures.avoids(member, this.parts.clock.now())
  }

  private handleOffer(from: MemberId, offer: Signal): void {
    const current = this.pending.get(from)
    if (current?.initiates && this.self < from) {
      // Both made an offer: that of the lower id counts, on both sides.
      current.overrule()
      return
    }
    if (!this.invitations.has(from) && !current?.initiates) return
    this.drop(from, 'link-replaced')
    if (!this.hasRoom(from) || !this.budget.take(this.parts.clock.now(), 'answer')) return
    this.invitations.delete(from)
    this.attempt(from, false)?.accept(offer)
  }

  private hasRoom(member: MemberId): boolean {
    const others = this.links.size + this.pending.size - (this.links.has(member) ? 1 : 0)
    return others < linksMax
  }

  private attempt(member: MemberId, initiates: boolean): ConnectionAttempt | undefined {
    if (this.swarm === undefined) return undefined
    const ends = { self: this.self, member, swarm: this.swarm }
    const attempt: ConnectionAttempt = new ConnectionAttempt(
      ends,
      initiates,
      { openLink: openWireLink, ...this.parts },
      {
        signal: (signal) => this.outbox.add(member, signal),
        opened: (link) => this.handleOpened(attempt, link),
        ended: (code) => this.handleEnded(attempt, code),
      },
    )
    this.pending.set(member, attempt)
    attempt.start()
    return attempt
  }

  private handleOpened(attempt: ConnectionAttempt, link: Link): void {
    const { member } = attempt.ends
    this.pending.delete(member)
    this.links.get(member)?.close('link-replaced')
    this.links.set(member, attempt)
    this.failures.forgive(member)
    this.seeking.hasten()
    this.listener.opened(link)
    this.review()
  }

  private handleEnded(attempt: ConnectionAttempt, code: string): void {
    const { member } = attempt.ends
    const wasLinked = this.links.get(member) === attempt
    if (wasLinked) this.links.delete(member)
    else if (this.pending.get(member) === attempt) this.drop(member, code)
    else return
    this.seeking.hasten()
    if (!wasLinked || code !== 'channel-closed') this.failures.record(member, this.parts.clock.now())
    this.listener.ended(member, code)
    this.review()
  }

  private handleExpiry(member: MemberId, initiate: boolean): void {
    if (!this.links.has(member) && !this.pending.has(member)) {
      this.failures.record(member, this.parts.clock.now())
      this.listener.ended(member, initiate ? 'no-room' : 'offer-missing')
    }
    this.review()
  }

  /** Ends what is in the making with a member, without a word. */
  private drop(member: MemberId, code: string): void {
    this.outbox.drop(member)
    this.pending.get(member)?.close(code)
    this.pending.delete(member)
  }

  /** Makes the offers that are due and for which there is room; asks for more members if that leaves too few. */
  private review(): void {
    if (this.state !== 'joined' || !this.connecting || !this.permitted) return
    let next = this.invitations.nextToOffer()
    while (next !== undefined && this.pending.size < pendingMax && this.hasRoom(next)) {
      if (!this.pace.take() || !this.budget.take(this.parts.clock.now(), 'offer')) break
      this.invitations.delete(next)
      this.attempt(next, true)
      next = this.invitations.nextToOffer()
    }
    if (this.missing() > 0) this.seeking.want()
    else this.seeking.stop()
  }

  private missing(): number {
    return neighboursTargetIn(this.others + 1) - this.expected().size
  }

  /** Members that are neighbours or may soon be. */
  private expected(): Set<MemberId> {
    return new Set([...this.links.keys(), ...this.pending.keys(), ...this.invitations.members()])
  }

  private seek(): void {
    const missing = this.missing()
    if (missing <= 0) return
    const except = [...this.expected(), ...this.failures.avoided(this.parts.clock.now())]
    this.listener.seek(Math.min(missing, linksMax), [...new Set(except)].slice(0, cellMembersMax))
    this.review()
  }
}
