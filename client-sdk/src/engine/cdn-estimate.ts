import { tuning } from './tuning.js'

/** Answers remembered for the 95th percentile of the time to the first byte. */
const samplesMax = 20
/** Bodies shorter than this say more about latency than about throughput. */
const bytesMin = 16 * 1024
/** Bodies that have been coming for so long are a measurement already, before they have ended. */
const spanMs = 1000
/** Least weight of a measurement: of short ones about the last five count, one of a second counts alone. */
const weightMin = 0.3
/** A connection that hangs says little of the next: at most to this part the throughput falls at once. */
const fallMax = 0.25

/**
 * What this member's path to the CDN carries: the throughput of all bodies that come at the same time, and how long the
 * first byte takes. A rescue is timed by it, and it is what the player's own estimate is held to; the player smooths it
 * as it smooths what it measures itself, and a member of a large cell fetches seldom: so a long measurement is taken
 * for what it is, and only short ones are smoothed.
 */
export class CdnEstimate {
  /** The CDN answered a request for a part with the whole. */
  ignoresRange = false
  /** How often the throughput was measured. */
  measurements = 0
  private smoothedBytesPerSecond: number | undefined
  /** Bodies that are coming, since when, and what came since. */
  private bodies = 0
  private since = 0
  private bytes = 0
  private lastAt = 0
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

  bodyBegan(now: number): void {
    if (this.bodies === 0) this.restart(now)
    this.bodies += 1
  }

  bytesCame(bytes: number, now: number): void {
    this.bytes += bytes
    this.lastAt = now
    if (now - this.since < spanMs) return
    this.measured(now)
    this.restart(now)
  }

  /** A body came to its end, or was given up. Without `now`: when its last bytes came. */
  bodyOver(now = this.lastAt): void {
    this.bodies -= 1
    if (this.bodies === 0 && (this.bytes >= bytesMin || now - this.since >= spanMs)) this.measured(now)
  }

  private restart(now: number): void {
    this.since = now
    this.bytes = 0
    this.lastAt = now
  }

  private measured(now: number): void {
    this.measurements += 1
    const durationMs = Math.max(now - this.since, 1)
    const throughput = (this.bytes * 1000) / durationMs
    const before = this.smoothedBytesPerSecond ?? Math.max(throughput, 1)
    const measured = Math.max(throughput, before * fallMax)
    const weight = Math.min(1, Math.max(weightMin, durationMs / spanMs))
    this.smoothedBytesPerSecond = before + weight * (measured - before)
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
