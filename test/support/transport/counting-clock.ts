import type { Clock } from '../../../client-sdk/src/ports/clock.js'
import { systemClock } from '../../../client-sdk/src/transport/system-clock.js'

/** The platform's clock, which knows the timers that are still to fire, and can fire them before their time. */
export class CountingClock implements Clock {
  private readonly timers = new Set<() => void>()

  get pending(): number {
    return this.timers.size
  }

  now(): number {
    return systemClock.now()
  }

  wake(at: number, callback: () => void): () => void {
    const fire = () => {
      if (!this.timers.delete(fire)) return
      cancel()
      callback()
    }
    const cancel = systemClock.wake(at, fire)
    this.timers.add(fire)
    return () => {
      this.timers.delete(fire)
      cancel()
    }
  }

  fireAll(): void {
    for (const fire of [...this.timers]) fire()
  }
}
