/**
 * Members told of roster changes, per second in the long run. To tell one is a write, which takes 10 to 20 microseconds:
 * this is some 6 % of a core, however many come and go. With 20,000 members whose cells all change, each hears of it every
 * 5 s; below 60 cells that change all the time, nobody waits longer than `rosterDelayMs` and a second.
 */
const toldPerSecond = 4000

/** And at once: eight full cells, whose writes keep signals waiting for less than 10 ms. */
const toldAtOnce = 512

/** How much of the tracker's time rosters may take: while many come and go, changes are collected for longer. */
export class RosterPace {
  private paidUntil = -Infinity

  /** From when on somebody may be told again. */
  get freeAt(): number {
    return this.paidUntil - (toldAtOnce / toldPerSecond) * 1000
  }

  /** Counts members that were told. */
  spend(now: number, told: number): void {
    this.paidUntil = Math.max(now, this.paidUntil) + (told / toldPerSecond) * 1000
  }
}
