import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks'

/** How late timers ran, in seconds: how long a message may have waited before anybody looked at it. */
export interface EventLoopDelay {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** How often the delay is looked at. Finer costs CPU, and shorter delays disturb nobody. */
const resolutionMs = 20
/** A figure is of at least so long, whoever asks how often: a scrape must not take it from another. */
const windowMs = 10_000
const nanosecondsPerSecond = 1e9

/** Watches the delay of the event loop over windows of at least ten seconds. */
export class EventLoopWatch {
  private readonly histogram: IntervalHistogram
  private windowFrom: number
  private last: EventLoopDelay = { p50: 0, p99: 0, max: 0 }

  constructor(private readonly clock: () => number) {
    this.histogram = monitorEventLoopDelay({ resolution: resolutionMs })
    this.histogram.enable()
    this.windowFrom = clock()
  }

  /** Of the last window that is complete; zeros before the first. */
  delay(): EventLoopDelay {
    if (this.clock() - this.windowFrom >= windowMs && this.histogram.count > 0) {
      this.windowFrom = this.clock()
      this.last = {
        p50: secondsOf(this.histogram.percentile(50)),
        p99: secondsOf(this.histogram.percentile(99)),
        max: secondsOf(this.histogram.max),
      }
      this.histogram.reset()
    }
    return this.last
  }

  stop(): void {
    this.histogram.disable()
  }
}

/** The histogram counts from one look to the next, which is the resolution when nothing is late. */
function secondsOf(nanoseconds: number): number {
  return Math.max(0, nanoseconds / nanosecondsPerSecond - resolutionMs / 1000)
}
