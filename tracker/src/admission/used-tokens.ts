import type { Moment } from './moment.js'
import { tokenLifetimeMaxSeconds } from './token-claims.js'

/** How often the expired are looked for, in milliseconds. */
const sweepEveryMs = 10_000

interface Uses {
  count: number
  /** When it has expired, on either clock. */
  readonly ends: Moment
}

/**
 * Counts the uses of tokens until they expire. It forgets none before: when it is full it refuses new ones, and
 * only tokens that were signed by the operator get here. A token is forgotten when it has expired by both clocks: where the
 * wall clock jumps ahead and is set back, what was used up stays so.
 */
export class UsedTokens {
  private readonly uses = new Map<string, Uses>()
  private sweepAt = -Infinity

  constructor(private readonly tokensMax: number) {}

  get size(): number {
    return this.uses.size
  }

  /** Told of each use that was counted here, with the time until the token expires. */
  counted: (token: string, ttlMs: number) => void = () => undefined

  /**
   * Counts a use at another process, which has let somebody in already. Nobody's word makes it remember a token for longer
   * than tokens live.
   */
  usedElsewhere(now: Moment, token: string, ttlMs: number): void {
    const used = this.uses.get(token)
    if (used) used.count += 1
    else if (this.uses.size < this.tokensMax) {
      const livesMs = Math.min(ttlMs, tokenLifetimeMaxSeconds * 1000)
      this.uses.set(token, { count: 1, ends: momentIn(now, livesMs) })
    }
  }

  /**
   * Counts one use; false when there were `usesMax` already, or no more tokens can be remembered.
   *
   * @param ttlMs - until the token expires
   */
  use(now: Moment, token: string, usesMax: number, ttlMs: number): boolean {
    if (now.steadyMs >= this.sweepAt) this.sweep(now)
    const used = this.uses.get(token)
    if (used) {
      used.count += 1
      if (used.count > usesMax) return false
    } else {
      if (this.uses.size >= this.tokensMax) return false
      this.uses.set(token, { count: 1, ends: momentIn(now, ttlMs) })
    }
    this.counted(token, ttlMs)
    return true
  }

  private sweep(now: Moment): void {
    this.sweepAt = now.steadyMs + sweepEveryMs
    for (const [token, { ends }] of this.uses) {
      if (ends.wallMs <= now.wallMs && ends.steadyMs <= now.steadyMs) this.uses.delete(token)
    }
  }
}

function momentIn({ wallMs, steadyMs }: Moment, ms: number): Moment {
  return { wallMs: wallMs + ms, steadyMs: steadyMs + ms }
}
