import type { Clock } from './ports/clock.js'

/** What the player needs after its first segment came, as far as nothing is heard of it: transmuxing, decoding, painting. */
export const firstFrameMs = 200

/** From the first frame decoded to the first one on screen. */
export const paintMs = 100

/** No longer is waited for a first frame after the first segment. */
export const firstFrameMsMax = 2000

/** Links are made after this long, whatever became of the first segment. */
export const quietStartMsMax = 2000

/** Calls `decoded` once the first frame is there. Returns what ends the watch; undefined where nothing can be heard. */
export type FirstFrameWatch = (decoded: () => void) => (() => void) | undefined

/**
 * Keeps out of the way of the first frame: connecting to neighbours takes the CPU for a quarter of a second, and none
 * of them could have delivered the first segment sooner than the CDN. Calls `over` once: soon after the first frame,
 * or when that does not come.
 */
export class QuietStart {
  private cancel: () => void
  private endWatch: (() => void) | undefined
  private state: 'waiting' | 'first-frame' | 'over' = 'waiting'

  constructor(
    private readonly clock: Clock,
    private readonly over: () => void,
    private readonly watchFirstFrame: FirstFrameWatch = () => undefined,
  ) {
    this.cancel = this.endIn(quietStartMsMax)
  }

  segmentDelivered(): void {
    if (this.state !== 'waiting') return
    this.state = 'first-frame'
    this.cancel()
    this.cancel = this.endIn(firstFrameMsMax)
    this.endWatch = this.watchFirstFrame(() => this.overIn(paintMs))
    if (this.endWatch === undefined) this.overIn(firstFrameMs)
  }

  /** Idempotent; `over` is not called any more. */
  close(): void {
    this.state = 'over'
    this.cancel()
    this.endWatch?.()
  }

  private overIn(ms: number): void {
    this.cancel()
    this.cancel = this.endIn(ms)
  }

  private endIn(ms: number): () => void {
    return this.clock.wake(this.clock.now() + ms, () => {
      this.close()
      this.over()
    })
  }
}
