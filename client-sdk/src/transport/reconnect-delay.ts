import type { Random } from '../ports/random.js'

/** Full jitter: a random time up to twice as long with each attempt, so that a tracker's members return spread out. */
const baseMs = 1_000
const mostMs = 30_000

/** Longest that a tracker can send a member away for; also keeps a wrong number from overflowing a timer. */
const retryAfterMsMax = 600_000

/** How long a connection must have been useful before the next failure counts as the first again. */
const steadyMs = 10_000

/** Time to wait before the next connection, by how many failed in a row. */
export class ReconnectDelay {
  private failures = 0

  constructor(private readonly random: Random) {}

  /**
   * @param usefulMs - how long the connection that ended was joined
   * @param retryAfterMs - what the tracker asked for; up to a half is added, so that not all return at once
   */
  next(usefulMs: number, retryAfterMs: number | undefined): number {
    if (usefulMs >= steadyMs) this.failures = 0
    const bound = Math.min(mostMs, baseMs * 2 ** this.failures)
    this.failures = Math.min(this.failures + 1, 16)
    if (retryAfterMs === undefined) return this.random() * bound
    return Math.min(retryAfterMsMax, retryAfterMs) * (1 + this.random() / 2)
  }
}
