import { TokenBucket } from '../core/token-bucket.js'
import { JoinValve } from './join-valve.js'
import { watchLoopDelay } from './loop-delay.js'

/**
 * Joiners that are told when to come back, per second: that takes a handshake, a third of what joining costs. The others
 * get a status, which costs next to nothing, and which a browser hides from its page.
 */
const toldRate = { burst: 50, perSecond: 100 }

/** Long enough for a crowd to be over, and spread, so that the next one is none. Milliseconds. */
const retryAfterRangeMs = [5000, 15_000] as const

/** What becomes of a joiner: let in, told when to come back, or only refused. */
export type GateAnswer = 'in' | 'told' | 'refused'

/** Stands before the upgrade, and lets in as many as the event loop has time for. */
export class OverloadGate {
  private readonly valve: JoinValve
  private readonly told: TokenBucket
  private readonly stopWatching: () => void

  constructor(
    delayMaxMs: number,
    private readonly clock: () => number,
    private readonly random: () => number,
  ) {
    this.valve = new JoinValve(delayMaxMs)
    this.told = new TokenBucket(toldRate, clock())
    this.stopWatching = watchLoopDelay((delayMs) => this.measured(delayMs))
  }

  /** Share of joiners that are let in at the moment, 0 to 1. */
  get share(): number {
    return this.valve.share
  }

  /** Takes the mean delay of the event loop since the last time. */
  measured(delayMs: number): void {
    this.valve.measured(delayMs)
  }

  ask(): GateAnswer {
    if (this.valve.letsIn(this.random())) return 'in'
    return this.told.take(this.clock()) ? 'told' : 'refused'
  }

  retryAfterMs(): number {
    const [least, most] = retryAfterRangeMs
    return least + Math.floor(this.random() * (most - least + 1))
  }

  stop(): void {
    this.stopWatching()
  }
}
