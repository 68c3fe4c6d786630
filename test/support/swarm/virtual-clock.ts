import type { Clock } from '../../../client-sdk/src/ports/clock.js'

interface Timer {
  readonly at: number
  readonly order: number
  readonly callback: () => void
}

/** Time that passes only when a test says so. Timers due at the same moment fire in the order they were set. */
export class VirtualClock implements Clock {
  private time = 0
  private order = 0
  private readonly timers = new Set<Timer>()

  now(): number {
    return this.time
  }

  wake(at: number, callback: () => void): () => void {
    this.order += 1
    const timer = { at: Math.max(at, this.time), order: this.order, callback }
    this.timers.add(timer)
    return () => this.timers.delete(timer)
  }

  /** Timers not yet fired nor cancelled. */
  get pending(): number {
    return this.timers.size
  }

  /** Lets time pass up to `until`, firing what is due in order. Throws when a moment never ends. */
  runUntil(until: number): void {
    let firedAtOnce = 0
    for (;;) {
      const next = this.next()
      if (next === undefined || next.at > until) break
      firedAtOnce = next.at > this.time ? 0 : firedAtOnce + 1
      if (firedAtOnce > 100_000) throw new Error(`time stands still at ${this.time} ms`)
      this.time = next.at
      this.timers.delete(next)
      next.callback()
    }
    this.time = until
  }

  private next(): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.timers) {
      if (
        first === undefined ||
        timer.at < first.at ||
        (timer.at === first.at && timer.order < first.order)
      ) {
        first = timer
      }
    }
    return first
  }
}
