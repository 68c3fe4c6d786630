import { TokenBucket, type BucketRate } from './token-bucket.js'

/** What all connections of one address, or with one token, may do together. */
export interface AccountLimits {
  /** Open at a time. */
  readonly connectionsMax: number
  /** Connections made, refused ones included. */
  readonly joinsPerMinute: number
  /** Members that they are introduced to because they asked. */
  readonly introductionsPerMinute: number
  /** Characters of `signal` messages. */
  readonly signalBytesPerMinute: number
}

/** What one address or token has used of its limits. A minute's worth may be used at once. */
export class Account {
  connections = 0
  readonly joins: TokenBucket
  readonly introductions: TokenBucket
  readonly signalBytes: TokenBucket

  constructor(limits: AccountLimits, now: number) {
    this.joins = new TokenBucket(perMinute(limits.joinsPerMinute), now)
    this.introductions = new TokenBucket(perMinute(limits.introductionsPerMinute), now)
    this.signalBytes = new TokenBucket(perMinute(limits.signalBytesPerMinute), now)
  }
}

function perMinute(count: number): BucketRate {
  return { burst: count, perSecond: count / 60 }
}
