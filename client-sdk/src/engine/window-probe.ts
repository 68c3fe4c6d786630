import { blockBytes } from '../../../protocol/block.js'
import { tuning } from './tuning.js'

/**
 * Tells whether blocks wait for the line, or each for its own link: one that was idle has a small congestion window, and takes
 * some round trips for a block however fast the line is. Who sends one block at a time then takes that for the line's rate, and
 * never learns better. So now and then twice as many may wait for a moment: if a good deal more leaves, it was the links.
 */
export class WindowProbe {
  private state: 'resting' | 'beginning' | 'probing' = 'resting'
  private nextAt = Number.NEGATIVE_INFINITY
  private foundUntil = Number.NEGATIVE_INFINITY
  private rateBefore = 0
  private busyMs = 0
  private bytes = 0

  /** Whether twice as many blocks may wait now. */
  get active(): boolean {
    return this.state !== 'resting'
  }

  /** Whether it was found lately that links wait for their own windows. */
  found(now: number): boolean {
    return now < this.foundUntil
  }

  /** Blocks wait that the budget has no room for, at this rate of the line as it was measured, in bytes per second. */
  short(rate: number, now: number): void {
    if (this.state !== 'resting' || now < this.nextAt || this.found(now)) return
    this.state = 'beginning'
    this.nextAt = now + tuning.windowProbeIntervalMs
    this.rateBefore = rate
    this.busyMs = 0
    this.bytes = 0
  }

  /** So much left while something waited all the time. */
  left(bytes: number, ms: number, now: number): void {
    if (this.state === 'resting') return
    if (this.state === 'beginning') {
      // Part of that waited before twice as much did.
      this.state = 'probing'
      return
    }
    this.busyMs += ms
    this.bytes += bytes
    if (this.busyMs < tuning.windowProbeMs || this.bytes < tuning.windowProbeBlocks * blockBytes) return
    this.state = 'resting'
    const rate = (this.bytes * 1000) / this.busyMs
    if (rate > tuning.windowProbeGainMin * this.rateBefore) this.foundUntil = now + tuning.windowFoundMs
  }
}
