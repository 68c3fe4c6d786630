import { tokenLifetimeMaxSeconds } from './token-claims.js'

/** How often the expired are looked for, in milliseconds. */
const sweepEveryMs = 10_000

/**
 * Counts the uses of tokens until they expire. It forgets none before: when it is full it refuses new ones, and
 * only tokens that were signed by the operator get here.
 */
export class UsedTokens {
  private readonly uses = new Map<string, { count: number; readonly expiresAt: number }>()
  private sweepAt = -Infinity

  constructor(private readonly tokensMax: number) {}

  get size(): number {
    return this.uses.size
  }

  /** Told of each use that was counted here, with the time when the token expires. */
  counted: (token: string, expiresAt: number) => void = () => undefined

  /**
   * Counts a use at another process, which has let somebody in already. Nobody's word makes it remember a token for longer
   * than tokens live.
   */
  usedElsewhere(now: number, token: string, ttlMs: number): void {
    const used = this.uses.get(token)
    if (used) used.count += 1
    else if (this.uses.size < this.tokensMax) {
      const livesMs = Math.min(ttlMs, tokenLifetimeMaxSeconds * 1000)
      this.uses.set(token, { count: 1, expiresAt: now + livesMs })
    }
  }

  /** Counts one use; false when there were `usesMax` already, or no more tokens can be remembered. */
  use(now: number, token: string, usesMax: number, expiresAt: number): boolean {
    if (now >= this.sweepAt) this.sweep(now)
    const used = this.uses.get(token)
    if (used) {
      used.count += 1
      if (used.count > usesMax) return false
    } else {
      if (this.uses.size >= this.tokensMax) return false
      this.uses.set(token, { count: 1, expiresAt })
    }
    this.counted(token, expiresAt)
    return true
  }

  private sweep(now: number): void {
    this.sweepAt = now + sweepEveryMs
    for (const [token, { expiresAt }] of this.uses) if (expiresAt <= now) this.uses.delete(token)
  }
}
