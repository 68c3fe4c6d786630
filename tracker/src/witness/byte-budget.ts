/** Bytes per second that the witness may fetch, and how many fetches at once. Who waits is let on in order. */
export class ByteBudget {
  private running = 0
  private availableAt = 0
  private readonly waiting: (() => void)[] = []

  constructor(
    private readonly bytesPerSecond: number,
    private readonly fetchesMax: number,
    private readonly clock: () => number,
  ) {}

  /** Runs a fetch when its turn has come. `bytesOf` says what it took. */
  async run<Value>(fetch: () => Promise<Value>, bytesOf: (value: Value) => number): Promise<Value> {
    if (this.running >= this.fetchesMax) await new Promise<void>((resolve) => this.waiting.push(resolve))
    this.running += 1
    try {
      const pauseMs = this.availableAt - this.clock()
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs))
      const value = await fetch()
      const tookMs = (bytesOf(value) * 1000) / this.bytesPerSecond
      // A second of it may be used at once.
      this.availableAt = Math.max(this.availableAt, this.clock() - 1000) + tookMs
      return value
    } finally {
      this.running -= 1
      this.waiting.shift()?.()
    }
  }
}
