import type { Account } from '../core/account.js'
import { strikesForgivenPerSecond, strikesMax } from '../core/bounds.js'
import { TokenBucket } from '../core/token-bucket.js'
import type { ConnectionId } from '../core/tracker-input.js'
import type { Peer } from './peer.js'
import type { WireId } from './wire-id.js'
import type { WebtorrentSettings } from './webtorrent-settings.js'

const strikeRate = { burst: strikesMax - 1, perSecond: strikesForgivenPerSecond }

/** What is kept of an open connection: the peers it has announced, and what it may still do. */
export class ClientConnection {
  readonly peers: Peer[] = []
  /** Until it has said something that makes sense. */
  isSilent = true
  private readonly messages: TokenBucket
  private readonly offers: TokenBucket
  /** A token for each violation that is still tolerated; most connections never need it. */
  private patience: TokenBucket | undefined

  constructor(
    readonly id: ConnectionId,
    /** Names the network it comes from. */
    readonly client: string,
    private readonly account: Account,
    { messageBurst, messagesPerSecond, offersPerMinute }: WebtorrentSettings,
    now: number,
  ) {
    this.messages = new TokenBucket({ burst: messageBurst, perSecond: messagesPerSecond }, now)
    this.offers = new TokenBucket({ burst: offersPerMinute, perSecond: offersPerMinute / 60 }, now)
  }

  /** Who it announced by this name here. It has few peers, and to compare names is cheaper than to look them up. */
  peerOf(infoHash: WireId, peerId: WireId): Peer | undefined {
    for (const peer of this.peers) {
      if (peer.id === peerId && peer.swarm.infoHash === infoHash) return peer
    }
    return undefined
  }

  /** Counts a message; false when there were too many. */
  mayMessage(now: number): boolean {
    return this.messages.take(now)
  }

  /** How many of these offers may be passed on, by its own limit and its address's. They are counted. */
  takeOffers(now: number, wanted: number): number {
    const count = Math.min(wanted, this.offers.available(now), this.account.introductions.available(now))
    this.offers.take(now, count)
    this.account.introductions.take(now, count)
    return count
  }

  /** Counts a violation; false when it was one too many. */
  forgives(now: number): boolean {
    return (this.patience ??= new TokenBucket(strikeRate, now)).take(now)
  }
}
