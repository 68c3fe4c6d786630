/**
 * How often something may be done that news calls for: at once while news is rare, once in every interval while it is not.
 * A bucket of tokens, kept as the moment from which on it is full again.
 */
export class Pace {
  private fullAt = Number.NEGATIVE_INFINITY

  constructor(
    private readonly intervalMs: number,
    /** How often it may be done at once after a pause. */
    private readonly burst: number,
  ) {}

  /** The earliest moment for doing it again. */
  get allowedAt(): number {
    return this.fullAt - (this.burst - 1) * this.intervalMs
  }

  /** It was done, allowed or not. */
  done(now: number): void {
    const full = Math.max(this.fullAt, now) + this.intervalMs
    this.fullAt = Math.min(full, now + this.burst * this.intervalMs)
  }
}
