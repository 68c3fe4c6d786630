/**
 * Connections started per minute, offers and answers together. Filling 32 links twice over fits; a tracker or a
 * swarm gone mad does not make a page open hundreds, of which Chromium allows 500 at a time.
 */
export const attemptsPerMinuteMax = 64

/**
 * Those among them that answer others. The rest is for this member's own offers: whoever makes offers by the hundred shall
 * not keep it from those whom it asked the tracker for. A giver answers 32 in its life, and a quarter more that fail.
 */
export const answersPerMinuteMax = 48
const minuteMs = 60_000

/** Counts the attempts of the last minute. */
export class AttemptBudget {
  private started: { readonly at: number; readonly kind: 'offer' | 'answer' }[] = []

  /** Takes one attempt out; false when the minute's are used up. */
  take(now: number, kind: 'offer' | 'answer'): boolean {
    this.started = this.started.filter(({ at }) => at > now - minuteMs)
    if (this.started.length >= attemptsPerMinuteMax) return false
    const answers = this.started.filter((each) => each.kind === 'answer').length
    if (kind === 'answer' && answers >= answersPerMinuteMax) return false
    this.started.push({ at: now, kind })
    return true
  }
}
