import { tuning } from './tuning.js'

/** Answers remembered for the 95th percentile of the time to the first byte. */
const samplesMax = 20
/** Weight of the newest fetch in the smoothed throughput: about the last five count. */
const weight = 0.3
/** Bodies shorter than this say more about latency than about throughput. */
const bytesMin = 16 * 1024

/**
 * What this member's path to the CDN carries: throughput smoothed over the last fetches, and how long the first byte
 * takes. A rescue is timed by it, and it is what the player's own estimate is held to.
 */
export class CdnEstimate {
  /** The CDN answered a request for a part with the whole. */
  ignoresRange = false
  private smoothedBytesPerSecond: number | undefined
  private readonly firstByteMs: number[] = []
  /** `firstByteMs`, the least first. */
  private sortedMs: readonly number[] = []

  /** Undefined until a body of some size was fetched. */
  get bytesPerSecond(): number | undefined {
    return this.smoothedBytesPerSecond
  }

  /** The median time to the first byte; undefined until one came. */
  get firstByteMedianMs(): number | undefined {
    return this.percentile(0.5)
  }

  firstByteCame(afterMs: number): void {
    this.firstByteMs.push(afterMs)
    if (this.firstByteMs.length > samplesMax) this.firstByteMs.shift()
    this.sortedMs = this.firstByteMs.toSorted((a, b) => a - b)
  }

  /** `durationMs`: from the first byte to the last. */
  bodyCame(bytes: number, durationMs: number): void {
    if (bytes < bytesMin) return
    const measured = (bytes * 1000) / Math.max(durationMs, 1)
    const before = this.smoothedBytesPerSecond
    this.smoothedBytesPerSecond = before === undefined ? measured : before + weight * (measured - before)
  }

  /** How long fetching this many bytes takes when the CDN has a bad moment, in milliseconds. */
  cautiousFetchMs(bytes: number): number {
    const firstByte = this.percentile(0.95) ?? tuning.cdnFirstByteMsAssumed
    const rate = this.smoothedBytesPerSecond ?? tuning.cdnBytesPerSecondAssumed
    return firstByte + (bytes * 1000 * tuning.rescueSlowdown) / rate
  }

  private percentile(share: number): number | undefined {
    const { sortedMs } = this
    return sortedMs[Math.min(sortedMs.length - 1, Math.floor(share * sortedMs.length))]
  }
}
