/** Measurements in a row that are over the bound before anyone is sent away: one may be a pause of the machine. */
const patience = 2
/** The same for a queue before the door: a burst of some thousands is through within five seconds. */
const queuePatience = 20
/**
 * Share of time in which the event loop is at work: above the first there is hardly a turn without others waiting, and
 * below the second a step more of joiners does not lead above the first. As queues go: at 85 %, what comes at random waits
 * six times as long as its work takes.
 */
const utilizationMax = 0.85
const utilizationWanted = 0.7
/** The same for a loop that is at work all the time while everyone is let in: one second, for a crowd that is through by then. */
const utilizationPatience = 4
/** What remains of the share of joiners let in, for each measurement over the bound. */
const closeBy = 0.7
/** What it grows by, for each measurement under half of the bound: slower than it shrinks, or it would swing. */
const openBy = 0.05
/** Never nobody: whoever is let in shows whether there is room again. */
const shareMin = 0.02

/**
 * Lets in as many joiners as the process has time for. Joining, with the links that follow, is what costs a tracker most;
 * when its event loop lags, everybody in it waits for every signal, so the newest are sent away while those inside notice
 * nothing. Additive increase and multiplicative decrease, as in TCP: the share settles near what can be served.
 */
export class JoinValve {
  private open = 1
  private late = 0
  private queued = 0
  private busy = 0

  /** @param delayMaxMs - 0 lets everyone in, always */
  constructor(private readonly delayMaxMs: number) {}

  /** Share of joiners that are let in, 0 to 1. */
  get share(): number {
    return this.open
  }

  /**
   * Takes the mean delay of the event loop since the last time, the share of that time in which it was at work, and
   * whether connections queue before the door all the time: then it is they who wait, and not the loop.
   */
  measured(delayMs: number, utilization = 0, isQueueing = false): void {
    if (this.delayMaxMs === 0) return
    this.queued = isQueueing ? this.queued + 1 : 0
    if (this.queued >= queuePatience) {
      this.open = Math.max(shareMin, this.open * closeBy)
      return
    }
    if (delayMs > this.delayMaxMs) {
      this.late += 1
      if (this.late >= patience) this.open = Math.max(shareMin, this.open * closeBy)
      return
    }
    this.late = 0
    if (utilization > utilizationMax) {
      this.busy += 1
      // Once some are sent away, the next are at once: otherwise the share would swing with the patience.
      const hasPatience = this.open === 1 && this.busy < utilizationPatience
      if (!hasPatience) this.open = Math.max(shareMin, this.open * closeBy)
      return
    }
    this.busy = 0
    const isQuiet = delayMs < this.delayMaxMs / 2 && utilization < utilizationWanted && !isQueueing
    if (isQuiet) this.open = Math.min(1, this.open + openBy)
  }

  /** @param drawn - of [0, 1) */
  letsIn(drawn: number): boolean {
    return drawn < this.open
  }
}
