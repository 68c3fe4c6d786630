import type { Clock } from '../ports/clock.js'

/** Lets the newest of many values through once per interval: totals replace one another, so none is missed. */
export class ReportThrottle<Value> {
  private latest: Value | undefined
  private intervalMs = 0
  private cancel: (() => void) | undefined
  private state: 'stopped' | 'running' = 'stopped'

  constructor(
    private readonly clock: Clock,
    private readonly send: (value: Value) => void,
  ) {}

  /** The first value goes out one interval from now. */
  start(intervalMs: number): void {
    this.stop()
    this.state = 'running'
    this.intervalMs = intervalMs
    this.arm()
  }

  offer(value: Value): void {
    this.latest = value
    if (this.state === 'running' && !this.cancel) this.flush()
  }

  stop(): void {
    this.state = 'stopped'
    this.cancel?.()
    this.cancel = undefined
  }

  private flush(): void {
    if (this.latest === undefined) return
    const value = this.latest
    this.latest = undefined
    this.arm()
    this.send(value)
  }

  private arm(): void {
    this.cancel = this.clock.wake(this.clock.now() + this.intervalMs, () => {
      this.cancel = undefined
      this.flush()
    })
  }
}
