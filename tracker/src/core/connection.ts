import type { Account } from './account.js'
import { accusationBurst, accusationsPerSecond, strikesForgivenPerSecond, strikesMax } from './bounds.js'
import type { Grant } from './grant.js'
import type { Member } from './member.js'
import type { Place } from './place.js'
import { TokenBucket, type BucketRate } from './token-bucket.js'
import type { ConnectionId } from './tracker-input.js'

const strikeRate = { burst: strikesMax - 1, perSecond: strikesForgivenPerSecond }

const accusationRate = { burst: accusationBurst, perSecond: accusationsPerSecond }

/** What the tracker keeps of an open connection. It waits to join until it has a `member`. */
export class Connection {
  member: Member | undefined
  readonly messages: TokenBucket
  /** A token for each violation that is still tolerated; made at the first, since most connections make none. */
  private patienceBucket: TokenBucket | undefined
  private accusations: TokenBucket | undefined

  constructor(
    readonly id: ConnectionId,
    /** Names the network it comes from. */
    readonly client: string,
    readonly grant: Grant,
    /** What it uses up: its address's, and its token's if it has one. */
    readonly accounts: readonly Account[],
    messageRate: BucketRate,
    now: number,
    /** Where it comes from. Let go once it has joined: its member knows the groups that follow from it. */
    public place: Place,
  ) {
    this.messages = new TokenBucket(messageRate, now)
  }

  /** Counts an accusation; false when there are more of them than can be true. */
  mayAccuse(now: number): boolean {
    return (this.accusations ??= new TokenBucket(accusationRate, now)).take(now)
  }

  /** Counts a violation; false when it was one too many. */
  forgives(now: number): boolean {
    return (this.patienceBucket ??= new TokenBucket(strikeRate, now)).take(now)
  }
}
