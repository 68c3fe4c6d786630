import { TokenBucket } from '../core/token-bucket.js'
import { JoinValve } from './join-valve.js'
import { watchLoop, type LoopLoad } from './loop-delay.js'

/**
 * Joiners that are told when to come back, per second: that takes a handshake, a third of what joining costs. The others
 * get a status, which costs next to nothing, and which a browser hides from its page.
 */
const toldRate = { burst: 50, perSecond: 100 }

/** Long enough for a crowd to be over, and spread, so that the next one is none. Milliseconds. */
const retryAfterRangeMs = [5000, 15_000] as const

/**
 * Node accepts one connection in each turn of its event loop (libuv, since 1.45): when nearly every turn has brought one,
 * others were waiting all the time. Fewer than the least may be chance.
 */
const acceptedPerTurnMax = 0.8
const acceptedLeast = 20

/** What becomes of a joiner: let in, told when to come back, or only refused. */
export type GateAnswer = 'in' | 'told' | 'refused'

/** Stands before the upgrade, and lets in as many as the event loop has time for. */
export class OverloadGate {
  private readonly valve: JoinValve
  private readonly told: TokenBucket
  private askedSince = 0
  private readonly stopWatching: () => void

  constructor(
    delayMaxMs: number,
    private readonly clock: () => number,
    private readonly random: () => number,
  ) {
    this.valve = new JoinValve(delayMaxMs)
    this.told = new TokenBucket(toldRate, clock())
    this.stopWatching = watchLoop((load) => this.measured(load))
  }

  /** Share of joiners that are let in at the moment, 0 to 1. */
  get share(): number {
    return this.valve.share
  }

  measured({ delayMs, utilization, turns = Infinity }: LoopLoad): void {
    const asked = this.askedSince
    this.askedSince = 0
    this.valve.measured(delayMs, utilization, asked >= acceptedLeast && asked >= turns * acceptedPerTurnMax)
  }

  ask(): GateAnswer {
    this.askedSince += 1
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
