import type { BanSubject } from './bans.js'
import { accusersMin, reputationsMax, reputationMs } from './bounds.js'

interface Reputation {
  /** Networks from which it was accused of changed blocks. */
  readonly accusers: Set<string>
  /** What it told the tracker that the tracker knows to be false. */
  lies: number
  readonly endsAt: number
}

/**
 * What the tracker holds of members and tokens. Two kinds of knowledge, never mixed: lies are told to the tracker itself,
 * so it is its own witness of them, and they may end in a ban. Accusations are one member's word about another, which
 * nobody signed: many of them, from networks that have nothing to do with each other, make somebody a suspect, who is
 * introduced to few, and never banned for it. Bounded: of too many the oldest goes.
 */
export class Reputations {
  private readonly bySubject = new Map<BanSubject, Reputation>()

  /** Counts a lie. Returns how many of it were told under one of these names. */
  lied(now: number, subjects: readonly BanSubject[]): number {
    return Math.max(0, ...subjects.map((subject) => (this.open(now, subject).lies += 1)))
  }

  /** Somebody from this network accuses it. Returns whether it is a suspect now. */
  accused(now: number, subjects: readonly BanSubject[], network: string): boolean {
    for (const subject of subjects) {
      const { accusers } = this.open(now, subject)
      if (accusers.size < accusersMin) accusers.add(network)
    }
    return this.isSuspect(now, subjects)
  }

  isSuspect(now: number, subjects: readonly BanSubject[]): boolean {
    return subjects.some((subject) => {
      const known = this.bySubject.get(subject)
      return known !== undefined && known.endsAt > now && known.accusers.size >= accusersMin
    })
  }

  private open(now: number, subject: BanSubject): Reputation {
    const known = this.bySubject.get(subject)
    if (known !== undefined && known.endsAt > now) return known
    this.bySubject.delete(subject)
    const [oldest] = this.bySubject.keys()
    if (this.bySubject.size >= reputationsMax && oldest !== undefined) this.bySubject.delete(oldest)
    const reputation: Reputation = { accusers: new Set(), lies: 0, endsAt: now + reputationMs }
    this.bySubject.set(subject, reputation)
    return reputation
  }
}
