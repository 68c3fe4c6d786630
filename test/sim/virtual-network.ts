import type { MemberId } from '../../protocol/ids.js'
import type { Signal } from '../../protocol/tracker-messages.js'
import type {
  Channel,
  ChannelConnector,
  ConnectListener,
  PendingChannel,
} from '../../client-sdk/src/ports/channel.js'
import type { Random } from '../../client-sdk/src/ports/random.js'
import type { VirtualClock } from '../support/swarm/virtual-clock.js'
import type { VirtualInbox } from '../support/swarm/virtual-inbox.js'
import { VirtualLink, type BlockBooks, type VirtualPath } from '../support/swarm/virtual-link.js'
import type { VirtualUplink } from '../support/swarm/virtual-uplink.js'
import { connects } from './nat.js'
import type { PathProfile } from './path-profile.js'
import type { Person } from './person.js'

/** A path that is gone is noticed, and its link closed, after so long. */
export const brokenPathMs = 12_000

/** A member's place on the network. */
export interface NetworkEnd {
  readonly person: Person
  readonly uplink: VirtualUplink
  readonly inbox: VirtualInbox
}

/** A channel that already is a link: the bytes and the handshake in between are left out. */
export interface LinkedChannel extends Channel {
  readonly link: VirtualLink
}

interface Attempt {
  readonly initiator: PendingEnd
  responder?: PendingEnd
}

/** Who reaches whom, how soon, and over what delay: the connections of all members. */
export class VirtualNetwork {
  /** Bytes of blocks given to links, and handed over at the other end. */
  readonly books: BlockBooks = { sentBytes: 0, arrivedBytes: 0 }
  readonly attempts = { made: 0, opened: 0, failed: 0 }
  private readonly signalled = new Map<number, Attempt>()
  private readonly links = new Map<VirtualLink, readonly [Person, Person]>()
  /** The ends of links at the neighbours of each member. */
  private readonly linksTo = new Map<MemberId, Set<VirtualLink>>()
  private isCut: (a: Person, b: Person) => boolean = () => false

  constructor(
    private readonly clock: VirtualClock,
    private readonly random: Random,
    readonly paths: PathProfile,
    private readonly codec: boolean,
  ) {}

  get openLinks(): number {
    return this.links.size / 2
  }

  /** The way of one member to others. */
  connectorOf(end: NetworkEnd): ChannelConnector {
    return { connect: (initiate, listener) => new PendingEnd(this, end, initiate, listener) }
  }

  /** Until {@link heal}, nothing passes between members for which this holds; longer than a while, links close. */
  partition(isCut: (a: Person, b: Person) => boolean, healsAt: number): void {
    this.isCut = isCut
    const brokenAt = this.clock.now() + brokenPathMs
    for (const [link, [a, b]] of this.links) {
      if (!isCut(a, b)) continue
      link.hold(healsAt)
      if (brokenAt < healsAt) link.closeAt(brokenAt)
    }
  }

  heal(): void {
    this.isCut = () => false
  }

  /** The member is gone without a word: its neighbours notice later. */
  vanish(member: MemberId): void {
    for (const link of this.linksTo.get(member) ?? []) link.loseOther(brokenPathMs)
  }

  offer(initiator: PendingEnd): void {
    this.attempts.made += 1
    const id = this.attempts.made
    this.signalled.set(id, { initiator })
    this.later(this.paths.gatherMs, () => initiator.signal({ type: 'offer', sdp: 'm=application ', id }))
  }

  accept(end: PendingEnd, signal: Signal): void {
    const id = Number(signal['id'])
    const attempt = this.signalled.get(id)
    if (attempt === undefined) return
    if (signal['type'] === 'offer') {
      attempt.responder = end
      this.later(this.paths.gatherMs, () => end.signal({ type: 'answer', sdp: 'm=application ', id }))
    } else if (attempt.initiator === end && attempt.responder !== undefined) {
      this.signalled.delete(id)
      this.tryToOpen(end, attempt.responder)
    }
  }

  private tryToOpen(a: PendingEnd, b: PendingEnd): void {
    const reaches = connects(a.end.person.nat, b.end.person.nat) && !this.isCut(a.end.person, b.end.person)
    const { setUpMs, failureMs } = this.paths
    this.later(this.draw(reaches ? setUpMs : failureMs), () => {
      if (!reaches || this.isCut(a.end.person, b.end.person)) {
        this.attempts.failed += 1
        this.clock.as(a.end.inbox.actor, () => a.fail())
        this.clock.as(b.end.inbox.actor, () => b.fail())
        return
      }
      if (!a.isWaiting || !b.isWaiting) return
      this.attempts.opened += 1
      const [atA, atB] = this.link(a.end, b.end)
      this.clock.as(a.end.inbox.actor, () => a.open(atA))
      this.clock.as(b.end.inbox.actor, () => b.open(atB))
    })
  }

  private link(a: NetworkEnd, b: NetworkEnd): [VirtualLink, VirtualLink] {
    const { backboneMs, accessShare, jitterMs, lossShare } = this.paths
    const path: VirtualPath = {
      delayMs: backboneMs + accessShare * (a.person.accessMs + b.person.accessMs),
      jitterMs,
      lossShare,
      random: this.random,
      codec: this.codec,
      books: this.books,
    }
    const pair = VirtualLink.pair(this.clock, linkEnd(a), linkEnd(b), path)
    for (const link of pair) {
      this.links.set(link, [a.person, b.person])
      const linksThere = this.linksTo.get(link.member) ?? new Set()
      this.linksTo.set(link.member, linksThere.add(link))
      link.closing = () => this.forget(link)
    }
    return pair
  }

  private forget(link: VirtualLink): void {
    this.links.delete(link)
    const linksThere = this.linksTo.get(link.member)
    linksThere?.delete(link)
    if (linksThere?.size === 0) this.linksTo.delete(link.member)
  }

  private draw([least, most]: readonly [number, number]): number {
    return least + this.random() * (most - least)
  }

  private later(ms: number, act: () => void): void {
    this.clock.wake(this.clock.now() + ms, act)
  }
}

function linkEnd({ person, uplink, inbox }: NetworkEnd) {
  const { member, fault } = person
  return { member, uplink, inbox, sendsBlocks: fault !== 'silent', changesBlocks: fault === 'polluting' }
}

/** One side of a connection in the making. */
class PendingEnd implements PendingChannel {
  private state: 'waiting' | 'over' = 'waiting'
  private link: VirtualLink | undefined

  constructor(
    private readonly network: VirtualNetwork,
    readonly end: NetworkEnd,
    initiate: boolean,
    private readonly listener: ConnectListener,
  ) {
    if (initiate) network.offer(this)
  }

  get isWaiting(): boolean {
    return this.state === 'waiting'
  }

  signal(signal: Signal): void {
    if (this.isWaiting) this.listener.signal(signal)
  }

  accept(signal: Signal): void {
    if (this.isWaiting) this.network.accept(this, signal)
  }

  open(link: VirtualLink): void {
    this.state = 'over'
    this.link = link
    const channel: LinkedChannel = {
      link,
      bufferedBytes: 0,
      send: () => {},
      listen: () => {},
      close: () => link.close('closed'),
    }
    this.listener.opened(channel)
  }

  fail(): void {
    if (!this.isWaiting) return
    this.state = 'over'
    this.listener.failed()
  }

  close(): void {
    this.state = 'over'
    this.link?.close('closed')
  }
}
