import type { Clock } from './ports/clock.js'

/** What the player needs after its first segment came: transmuxing, decoding, the first frame on screen. */
export const firstFrameMs = 200

/** Links are made after this long, whatever became of the first segment. */
export const quietStartMsMax = 2000

/**
 * Keeps out of the way of the first frame: connecting to neighbours takes the CPU for a quarter of a second, and none
 * of them could have delivered the first segment sooner than the CDN. Calls `over` once: soon after the first segment,
 * or when that does not come.
 */
export class QuietStart {
  private cancel: () => void
  private state: 'waiting' | 'first-frame' | 'over' = 'waiting'

  constructor(
    private readonly clock: Clock,
    private readonly over: () => void,
  ) {
    this.cancel = clock.wake(clock.now() + quietStartMsMax, () => this.end())
  }

  segmentDelivered(): void {
    if (this.state !== 'waiting') return
    this.state = 'first-frame'
    this.cancel()
    this.cancel = this.clock.wake(this.clock.now() + firstFrameMs, () => this.end())
  }

  /** Idempotent; `over` is not called any more. */
  close(): void {
    this.state = 'over'
    this.cancel()
  }

  private end(): void {
    this.state = 'over'
    this.over()
  }
}
