import type { Clock } from '../ports/clock.js'

/** Offers made at once, which is enough to be served; the others follow one by one. */
export const offersAtOnce = 2

/**
 * From one further offer to the next. Making a link takes CPU at both ends: eight at a time are a noticeable pause on a phone
 * whose video has just begun, and put off the first frame where viewers arrive together on one machine
 * (`npm run bench:swarm -- --shapes together`). With a second in between, joiners of a restless cell take more from the CDN
 * (`npm run sim -- --bitrate 2 --seconds 70 --churn 40`).
 */
export const offerIntervalMs = 500

/** Says when this member may make an offer. Owns one timer, while an offer waits. */
export class OfferPace {
  /** When the next offer would be due if they came one by one from the start. */
  private dueAt = Number.NEGATIVE_INFINITY
  private cancel: (() => void) | undefined

  constructor(
    private readonly clock: Clock,
    private readonly allowed: () => void,
  ) {}

  /** Takes one offer out. Returns false when none is allowed yet: `allowed` is called as soon as one is. */
  take(): boolean {
    const now = this.clock.now()
    const allowedAt = this.dueAt - (offersAtOnce - 1) * offerIntervalMs
    if (now >= allowedAt) {
      this.dueAt = Math.max(this.dueAt, now) + offerIntervalMs
      return true
    }
    this.cancel ??= this.clock.wake(allowedAt, () => {
      this.cancel = undefined
      this.allowed()
    })
    return false
  }

  /** Nobody waits any more. Idempotent. */
  stop(): void {
    this.cancel?.()
    this.cancel = undefined
  }
}
