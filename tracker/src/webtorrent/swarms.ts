import type { Random } from '../core/tracker-settings.js'
import { AwaitedAnswers } from './awaited-answers.js'
import { byteFrame } from './byte-frame.js'
import type { ClientConnection } from './client-connection.js'
import type { ClientMessage, ClientOffer } from './client-message.js'
import { Peer } from './peer.js'
import { announceReply, relayedAnswer, relayedOffer, scrapeReply, type FailureCode } from './replies.js'
import { Swarm } from './swarm.js'
import type { WebtorrentSettings } from './webtorrent-settings.js'
import type { WebtorrentStats } from './webtorrent-stats.js'
import { detachedId, type WireId } from './wire-id.js'

/** A message that can be carried out. */
export type Message = Exclude<ClientMessage, { kind: 'faulty' }>
type Announce = Extract<ClientMessage, { kind: 'announce' }>
type Answer = Extract<ClientMessage, { kind: 'answer' }>

/**
 * The swarms and their peers. An id belongs to the connection that announced it, until that leaves: nobody else can speak
 * or leave for it. What a message asks for in vain, it returns as a code.
 */
export class Swarms {
  private readonly byInfoHash = new Map<WireId, Swarm>()
  private peerCount = 0
  private announces = 0
  private offersRelayed = 0
  private answersRelayed = 0

  constructor(
    private readonly settings: WebtorrentSettings,
    private readonly random: Random,
    private readonly sendFrame: (connection: ClientConnection, frame: string) => void,
  ) {}

  stats(): Omit<WebtorrentStats, 'connections' | 'failures'> {
    return {
      swarms: this.byInfoHash.size,
      peers: this.peerCount,
      announces: this.announces,
      offersRelayed: this.offersRelayed,
      answersRelayed: this.answersRelayed,
    }
  }

  announce(now: number, connection: ClientConnection, message: Announce): FailureCode | undefined {
    const own = connection.peerOf(message.infoHash, message.peerId)
    const swarm = own?.swarm ?? this.byInfoHash.get(message.infoHash)
    const known = own ?? swarm?.find(message.peerId)
    if (known && known.connection !== connection) return 'peer-id-in-use'
    if (message.event === 'stopped') return this.stopped(connection, message.infoHash, known)
    const peer = known ?? this.join(connection, message, swarm)
    if (typeof peer === 'string') return peer
    this.announces += 1
    noteProgress(peer, message)
    const possible = Math.min(
      message.offers.length,
      message.wanted,
      this.settings.offersPerAnnounceMax,
      peer.swarm.size - 1,
    )
    const wanted = Math.max(0, Math.floor(possible))
    const count = wanted === 0 ? 0 : connection.takeOffers(now, wanted)
    this.sendFrame(connection, this.announceFrame(peer.swarm, count < wanted))
    if (count > 0) this.relayOffers(now, peer, message.offers, count)
    return undefined
  }

  /** To an offer that was passed on to this peer and not answered yet. Who made it may have left: nobody's fault. */
  answer(now: number, connection: ClientConnection, message: Answer): FailureCode | undefined {
    const swarm = this.byInfoHash.get(message.infoHash)
    const peer = swarm?.find(message.peerId)
    if (peer?.connection !== connection) return 'not-announced'
    const offerer = peer.swarm.find(message.toPeerId)
    if (!offerer) return undefined
    if (!offerer.awaitedAnswers?.take(now, message.offerId, peer)) return 'unawaited-answer'
    this.answersRelayed += 1
    this.send(offerer.connection, relayedAnswer(peer, message.offerIdJson, message.sdpJson))
    return undefined
  }

  scrape(connection: ClientConnection, infoHashes: readonly WireId[]): undefined {
    this.send(
      connection,
      scrapeReply(infoHashes, (infoHash) => this.byInfoHash.get(infoHash)),
    )
  }

  leave(peer: Peer): void {
    const { swarm } = peer
    const { peers } = peer.connection
    peers.splice(peers.indexOf(peer), 1)
    swarm.remove(peer)
    this.peerCount -= 1
    if (swarm.size === 0) this.byInfoHash.delete(swarm.infoHash)
  }

  /** bittorrent-tracker answers it, and its client waits for that before it closes. */
  private stopped(connection: ClientConnection, infoHash: WireId, peer: Peer | undefined): undefined {
    if (peer) this.leave(peer)
    const swarm = this.byInfoHash.get(infoHash) ?? new Swarm(infoHash)
    this.sendFrame(connection, this.announceFrame(swarm, false))
  }

  private announceFrame(swarm: Swarm, areOffersLeftOut: boolean): string {
    const { intervalSeconds } = this.settings
    if (areOffersLeftOut) return byteFrame(announceReply(swarm, intervalSeconds, true))
    return (swarm.announceFrame ??= byteFrame(announceReply(swarm, intervalSeconds, false)))
  }

  private send(connection: ClientConnection, text: string): void {
    this.sendFrame(connection, byteFrame(text))
  }

  private join(
    connection: ClientConnection,
    { infoHash, peerId }: Announce,
    known: Swarm | undefined,
  ): Peer | FailureCode {
    const { swarmsMax, swarmsPerConnectionMax, peersPerSwarmMax } = this.settings
    if (connection.peers.length >= swarmsPerConnectionMax) return 'too-many-swarms-on-connection'
    if (!known && this.byInfoHash.size >= swarmsMax) return 'too-many-swarms'
    if (known && known.size >= peersPerSwarmMax) return 'swarm-full'
    const swarm = known ?? new Swarm(detachedId(infoHash))
    if (!known) this.byInfoHash.set(swarm.infoHash, swarm)
    const peer = new Peer(detachedId(peerId), swarm, connection)
    swarm.add(peer)
    connection.peers.push(peer)
    this.peerCount += 1
    return peer
  }

  private relayOffers(now: number, peer: Peer, offers: readonly ClientOffer[], count: number): void {
    const awaited = (peer.awaitedAnswers ??= new AwaitedAnswers(this.settings.offersPerAnnounceMax))
    const others = peer.swarm.drawOthers(peer, count, this.random)
    for (const [at, other] of others.entries()) {
      const offer = offers[at]
      if (!offer) break
      awaited.add(now, detachedId(offer.offerId), other)
      this.send(other.connection, relayedOffer(peer, offer))
    }
    this.offersRelayed += others.length
  }
}

/** Who does not know how much it lacks is what it was before: `left: null` makes nobody a seeder. */
function noteProgress(peer: Peer, { event, left }: Announce): void {
  const { swarm } = peer
  if (event === 'completed' && !peer.isComplete) swarm.downloaded += 1
  if (event === 'completed' || left === 0) swarm.setComplete(peer, true)
  else if (left !== undefined) swarm.setComplete(peer, false)
}
