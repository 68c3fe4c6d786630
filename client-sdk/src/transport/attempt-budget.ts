/**
 * Connections started per minute, offers and answers together. Filling 32 links twice over fits; a tracker or a
 * swarm gone mad does not make a page open hundreds, of which Chromium allows 500 at a time.
 */
export const attemptsPerMinuteMax = 64
const minuteMs = 60_000

/** Counts the attempts of the last minute. */
export class AttemptBudget {
  private startedAt: number[] = []

  /** Takes one attempt out; false when the minute's are used up. */
  take(now: number): boolean {
    this.startedAt = this.startedAt.filter((at) => at > now - minuteMs)
    if (this.startedAt.length >= attemptsPerMinuteMax) return false
    this.startedAt.push(now)
    return true
  }
}
