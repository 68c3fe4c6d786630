import type { Totals } from './totals.js'

/** What was reported this long ago counts 1/e of what is reported now: six reports of the default interval. */
const memoryMs = 60_000

/** What a stream moved of late, for people who watch it now. */
export interface RecentStats {
  readonly cdnBytesPerSecond: number
  readonly peerBytesPerSecond: number
  /** Share of the received bytes that did not come from the CDN; null while nothing came of late. */
  readonly offload: number | null
  /** Times per minute that some member's playback stood still. */
  readonly stallsPerMinute: number
  /** Mean distance from the live edge, in milliseconds; null while nobody tells. */
  readonly latencyMs: number | null
}

/** Sums that fade: each report adds to them, and time takes from them. Needs no timer. */
export class RecentTraffic {
  private cdnBytes = 0
  private peerBytes = 0
  private stalls = 0
  private latencySum = 0
  private latencyCount = 0
  private fadedAt: number | undefined
  /** Of the segments that the witness saw come into being, and what came from the CDN since it saw the first. */
  private bornBytes = 0
  private bornSince: number | undefined
  private cdnBytesOfBorn = 0

  /** A segment of so many bytes came into being. */
  born(now: number, bytes: number): void {
    this.fade(now)
    this.bornSince ??= now
    this.bornBytes += bytes
  }

  /**
   * How often the CDN sent each byte that came into being; null where no witness tells, or has told for too short a time
   * to be compared with reports, which come every ten seconds.
   */
  copies(now: number): number | null {
    this.fade(now)
    const isKnown = this.bornSince !== undefined && now - this.bornSince >= memoryMs / 2
    return isKnown && this.bornBytes >= 1 ? this.cdnBytesOfBorn / this.bornBytes : null
  }

  add(now: number, moved: Totals, latencyMs: number | undefined): void {
    this.fade(now)
    if (this.bornSince !== undefined) this.cdnBytesOfBorn += moved.cdnBytes
    this.cdnBytes += moved.cdnBytes
    this.peerBytes += moved.peerBytes
    this.stalls += moved.stalls
    if (latencyMs === undefined) return
    this.latencySum += latencyMs
    this.latencyCount += 1
  }

  stats(now: number): RecentStats {
    this.fade(now)
    const perSecond = 1000 / memoryMs
    const received = this.cdnBytes + this.peerBytes
    const heard = this.latencyCount > faintest
    return {
      cdnBytesPerSecond: Math.round(this.cdnBytes * perSecond),
      peerBytesPerSecond: Math.round(this.peerBytes * perSecond),
      offload: received * perSecond < 1 ? null : Math.round((this.peerBytes / received) * 1e4) / 1e4,
      stallsPerMinute: Math.round(this.stalls * perSecond * 60 * 100) / 100,
      latencyMs: heard ? Math.round(this.latencySum / this.latencyCount) : null,
    }
  }

  private fade(now: number): void {
    const factor = Math.exp(-Math.max(0, now - (this.fadedAt ?? now)) / memoryMs)
    this.fadedAt = now
    this.cdnBytes *= factor
    this.bornBytes *= factor
    this.cdnBytesOfBorn *= factor
    this.peerBytes *= factor
    this.stalls *= factor
    this.latencySum *= factor
    this.latencyCount *= factor
  }
}

/** One report has faded to this after five minutes: whoever gave it is gone. */
const faintest = 0.0067
