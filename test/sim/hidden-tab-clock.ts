import type { Clock } from '../../client-sdk/src/ports/clock.js'

/** Chromium runs the timers of a tab nobody looks at together, once a second. */
const timersEveryMs = 1000

/** The timers of a hidden tab: each fires at the next full second, counted from a phase of the tab's own. */
export class HiddenTabClock implements Clock {
  constructor(
    private readonly clock: Clock,
    private readonly phaseMs: number,
  ) {}

  now(): number {
    return this.clock.now()
  }

  wake(at: number, callback: () => void): () => void {
    const seconds = Math.ceil((Math.max(at, this.now()) - this.phaseMs) / timersEveryMs)
    return this.clock.wake(seconds * timersEveryMs + this.phaseMs, callback)
  }
}
