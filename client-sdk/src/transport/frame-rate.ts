/**
 * A neighbour may send this many frames a second, averaged, and as many at once after a pause. 100 Mbit/s of
 * blocks are 763 frames a second each way, with requests, cancels and `holds` under 3,000; a tab that was frozen
 * for some seconds finds as many waiting.
 */
export const framesPerSecondMax = 4000
const burstFrames = 3 * framesPerSecondMax

/** A token bucket over frames: loose, because it guards the processor, not fairness. */
export class FrameRate {
  private tokens = burstFrames
  private filledAt: number

  constructor(now: number) {
    this.filledAt = now
  }

  /** Takes `frames` out; false when there were not so many left. */
  admit(frames: number, now: number): boolean {
    const filled = this.tokens + ((now - this.filledAt) / 1000) * framesPerSecondMax
    this.tokens = Math.min(burstFrames, filled) - frames
    this.filledAt = now
    return this.tokens >= 0
  }
}
