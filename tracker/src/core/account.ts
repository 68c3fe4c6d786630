import { TokenBucket, type BucketRate } from './token-bucket.js'

/** What all connections of one address, or with one token, may do together. */
export interface AccountLimits {
  /** Open at a time. */
  readonly connectionsMax: number
  /** Connections made, refused ones included. */
  readonly joinsPerMinute: number
  /** Members that they are introduced to because they asked. */
  readonly introductionsPerMinute: number
  /** What part of a minute's introductions comes back in each minute. Absent: all of it. */
  readonly introductionsSustained?: number
  /** Characters of `signal` messages. */
  readonly signalBytesPerMinute: number
}

/** What one address or token has used of its limits. A minute's worth may be used at once. */
export class Account {
  connections = 0
  readonly joins: TokenBucket
  readonly introductions: TokenBucket
  readonly signalBytes: TokenBucket

  constructor(rates: AccountRates, now: number) {
    this.joins = new TokenBucket(rates.joins, now)
    this.introductions = new TokenBucket(rates.introductions, now)
    this.signalBytes = new TokenBucket(rates.signalBytes, now)
  }
}

/** The rates of all accounts with the same limits, made once: they are memory for each. */
export interface AccountRates {
  readonly joins: BucketRate
  readonly introductions: BucketRate
  readonly signalBytes: BucketRate
}

export function accountRates(limits: AccountLimits): AccountRates {
  return {
    joins: perMinute(limits.joinsPerMinute),
    introductions: perMinute(limits.introductionsPerMinute, limits.introductionsSustained),
    signalBytes: perMinute(limits.signalBytesPerMinute),
  }
}

function perMinute(count: number, sustained = 1): BucketRate {
  return { burst: count, perSecond: (count * sustained) / 60 }
}
