import type { Clock } from '../ports/clock.js'
import type { Random } from '../ports/random.js'

/** Shortest and longest time between two requests for neighbours, before jitter. */
export const seekIntervalMinMs = 5_000
export const seekIntervalMaxMs = 60_000

/**
 * Decides when to ask the tracker for more neighbours: never more often than every 5 s, twice as slowly after each
 * request that brought nothing, with up to half as much again at random so that a cell does not ask in chorus.
 */
export class SeekSchedule {
  private intervalMs = seekIntervalMinMs
  private lastAt: number
  private jitter: number
  private cancel: (() => void) | undefined

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly seek: () => void,
  ) {
    this.lastAt = clock.now()
    this.jitter = random()
  }

  /** The tracker has just told all it knows: the next request waits for the shortest interval from now. */
  restart(): void {
    this.stop()
    this.intervalMs = seekIntervalMinMs
    this.lastAt = this.clock.now()
  }

  /** A link came or went, so that asking is worth more than it was: back to the shortest interval. */
  hasten(): void {
    this.intervalMs = seekIntervalMinMs
    if (!this.cancel) return
    this.stop()
    this.want()
  }

  /** Asks as soon as that is allowed, once. Calls meanwhile change nothing. */
  want(): void {
    if (this.cancel) return
    const at = this.lastAt + this.intervalMs * (1 + this.jitter / 2)
    this.cancel = this.clock.wake(Math.max(this.clock.now(), at), () => {
      this.cancel = undefined
      this.lastAt = this.clock.now()
      this.jitter = this.random()
      this.intervalMs = Math.min(seekIntervalMaxMs, this.intervalMs * 2)
      this.seek()
    })
  }

  /** Nothing is wanted at the moment. */
  stop(): void {
    this.cancel?.()
    this.cancel = undefined
  }
}
