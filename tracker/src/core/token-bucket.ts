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

  /** Takes one token, or says that there is none. */
  take(now: number): boolean {
    const earned = ((now - this.filledAt) / 1000) * this.rate.perSecond
    this.level = Math.min(this.rate.burst, this.level + earned)
    this.filledAt = now
    if (this.level < 1) return false
    this.level -= 1
    return true
  }
}
