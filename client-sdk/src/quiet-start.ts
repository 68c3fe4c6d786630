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

export interface QuietStartListener {
  /** The first segment is there, or does not come: what takes the network more than the page may begin. Called once, before `over`. */
  segmentCame(): void
  /** The first frame is there, or does not come. Called once. */
  over(): void
}

/**
 * Keeps out of the way of the first frame. Connecting to the tracker, reading what it says, hashing and connecting to
 * neighbours all take the CPU, cold as their code is then (`npm run bench:start-up` shows what the first frame gains), and
 * none of it could have brought the first segment sooner than the CDN.
 */
export class QuietStart {
  private cancel: () => void
  private endWatch: (() => void) | undefined
  private state: 'waiting' | 'first-frame' | 'over' = 'waiting'
  private later: (() => void)[] = []

  constructor(
    private readonly clock: Clock,
    private readonly listener: QuietStartListener,
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
    this.listener.segmentCame()
  }

  /** Does it now, or once the start is over. */
  afterwards(work: () => void): void {
    if (this.state === 'over') work()
    else this.later.push(work)
  }

  /** Idempotent; `over` is not called any more, and nothing is done afterwards. */
  close(): void {
    this.state = 'over'
    this.later = []
    this.cancel()
    this.endWatch?.()
  }

  private overIn(ms: number): void {
    this.cancel()
    this.cancel = this.endIn(ms)
  }

  private endIn(ms: number): () => void {
    return this.clock.wake(this.clock.now() + ms, () => {
      const { later, state } = this
      this.close()
      if (state === 'waiting') this.listener.segmentCame()
      this.listener.over()
      for (const work of later) work()
    })
  }
}
