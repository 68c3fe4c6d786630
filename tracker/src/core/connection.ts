import { strikesForgivenPerSecond, strikesMax } from './bounds.js'
import type { Member } from './member.js'
import { TokenBucket, type BucketRate } from './token-bucket.js'
import type { ConnectionId } from './tracker-input.js'

const strikeRate = { burst: strikesMax - 1, perSecond: strikesForgivenPerSecond }

/** What the tracker keeps of an open connection. It waits to join until it has a `member`. */
export class Connection {
  member: Member | undefined
  readonly messages: TokenBucket
  /** A token for each violation that is still tolerated. */
  readonly patience: TokenBucket

  constructor(
    readonly id: ConnectionId,
    messageRate: BucketRate,
    now: number,
  ) {
    this.messages = new TokenBucket(messageRate, now)
    this.patience = new TokenBucket(strikeRate, now)
  }
}
