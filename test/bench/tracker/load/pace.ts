/**
 * Starts something again and again until it is stopped. With a rate, each start has its own moment, which is handed over
 * and from which latencies count, however late the process is: a server that stalls delays those behind it too, and a
 * generator that waits for answers would not see them (coordinated omission). Without, `inFlight` run at a time, and
 * `finished` starts the next one.
 */
export class Pace {
  private stopped = false
  private timer: NodeJS.Immediate | NodeJS.Timeout | undefined

  constructor(
    private readonly ratePerSecond: number | undefined,
    private readonly inFlight: number,
    private readonly start: (dueAt: number) => void,
  ) {}

  go(): void {
    if (this.ratePerSecond === undefined) {
      for (let index = 0; index < this.inFlight; index += 1) this.start(performance.now())
      return
    }
    const everyMs = 1000 / this.ratePerSecond
    let dueAt = performance.now() + everyMs
    const tick = () => {
      if (this.stopped) return
      for (const now = performance.now(); dueAt <= now; dueAt += everyMs) this.start(dueAt)
      this.timer = setTimeout(tick, 1)
    }
    tick()
  }

  /** One of those in flight is done. */
  finished(): void {
    if (this.ratePerSecond === undefined && !this.stopped) this.start(performance.now())
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.timer as NodeJS.Timeout)
  }
}
