import type { Clock } from '../ports/clock.js'

/** Longest time that timers can wait: more than 2^31 - 1 ms makes them fire at once. */
const waitMsMax = 2 ** 31 - 1

/** The platform's monotonic clock and timers. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wake(at, callback) {
    const timer = setTimeout(callback, Math.min(waitMsMax, Math.max(0, at - performance.now())))
    return () => clearTimeout(timer)
  },
}
