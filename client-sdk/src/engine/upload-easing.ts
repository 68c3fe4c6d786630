import type { LinkId } from './inputs.js'
import type { Task } from './task.js'
import { tuning } from './tuning.js'

/** Why less is given for now. */
export type EasingCause = 'buffer-low' | 'round-trips-rise'

/**
 * Gives less while giving could hurt the viewer: while a segment that its player waits for is about to be late, and while
 * the time that a packet needs to each neighbour and back has grown, which says that packets wait in the viewer's own
 * line, where its video call waits, too.
 */
export class UploadEasing {
  /** The least round trip of each link, which a route that has become longer makes forget slowly. */
  private readonly least = new Map<LinkId, number>()
  private roundTripShare = 1

  constructor(private readonly tasks: ReadonlyMap<unknown, Task>) {}

  /** Which part of the line may be used: 1 is all of it. */
  share(now: number): number {
    return this.bufferIsLow(now)
      ? Math.min(this.roundTripShare, tuning.lowBufferUploadShare)
      : this.roundTripShare
  }

  cause(now: number): EasingCause | undefined {
    if (this.bufferIsLow(now)) return 'buffer-low'
    return this.roundTripShare < 1 ? 'round-trips-rise' : undefined
  }

  /** The round trips of all links as they were measured last. */
  roundTripsSeen(roundTrips: ReadonlyMap<LinkId, number>): void {
    // A neighbour's line may be full: what has grown on every link is this member's own.
    let rise = Number.POSITIVE_INFINITY
    for (const [link, now] of roundTrips) {
      const before = this.least.get(link) ?? now
      const least = Math.min(now, before + (now - before) * tuning.roundTripForget)
      this.least.set(link, least)
      rise = Math.min(rise, now - least)
    }
    for (const link of this.least.keys()) if (!roundTrips.has(link)) this.least.delete(link)
    const risen = roundTrips.size > 0 && rise > tuning.roundTripRiseMs
    this.roundTripShare = risen
      ? Math.max(tuning.roundTripShareMin, this.roundTripShare * tuning.roundTripCut)
      : Math.min(1, this.roundTripShare + tuning.roundTripRecovery)
  }

  private bufferIsLow(now: number): boolean {
    for (const { deadline } of this.tasks.values()) {
      if (deadline !== undefined && deadline - now < tuning.lowBufferMs) return true
    }
    return false
  }
}
