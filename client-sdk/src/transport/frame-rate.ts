/**
 * A neighbour may send this many frames a second, averaged, and three times as many at once after a pause: 1 Gbit/s
 * of blocks asked of us are 7,630 requests, and a tab that was frozen for some seconds finds many waiting.
 */
export const framesPerSecondMax = 8000
const burstFrames = 3 * framesPerSecondMax

/** Blocks are paid for by the bandwidth they take: so many bytes received let one frame pass uncounted. */
const bytesPerFreeFrame = 8 * 1024

/** A token bucket over frames: loose, because it guards the processor, not fairness. */
export class FrameRate {
  private tokens = burstFrames
  private filledAt: number

  constructor(now: number) {
    this.filledAt = now
  }

  /** Takes `frames` out, which came in `bytes`; false when there were not so many left. */
  admit(frames: number, bytes: number, now: number): boolean {
    const filled = this.tokens + ((now - this.filledAt) / 1000) * framesPerSecondMax
    const counted = Math.max(0, frames - bytes / bytesPerFreeFrame)
    this.tokens = Math.min(burstFrames, filled) - counted
    this.filledAt = now
    return this.tokens >= 0
  }
}
