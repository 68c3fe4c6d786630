/** How much may happen at once, and how much per second in the long run. */
export interface BucketRate {
  readonly burst: number
  readonly perSecond: number
}

/** Allows what a {@link BucketRate} allows. It needs no timer: the level is computed when it is asked for. */
export class TokenBucket {
  private level: number

  constructor(
    private readonly rate: BucketRate,
    private filledAt: number,
  ) {
    this.level = rate.burst
  }

  /** Takes so many tokens, or none and says that there are too few. */
  take(now: number, count = 1): boolean {
    if (this.available(now) < count) return false
    this.level -= count
    return true
  }

  /** Whole tokens that could be taken. */
  available(now: number): number {
    // A clock that went back earns nothing, and takes nothing away.
    const earned = (Math.max(0, now - this.filledAt) / 1000) * this.rate.perSecond
    this.level = Math.min(this.rate.burst, this.level + earned)
    this.filledAt = now
    return Math.floor(this.level)
  }
}
