import type { ByteTotals } from './mesh-session.js'

/** Two minutes, a sample a second. */
export const historySeconds = 120

/** Bytes in one second. */
export interface SecondOfBytes {
  readonly cdnBytes: number
  readonly peerBytes: number
  readonly uploadedBytes: number
}

const nothing: SecondOfBytes = { cdnBytes: 0, peerBytes: 0, uploadedBytes: 0 }

/** Turns growing totals into bytes for each of the last seconds. */
export class ByteHistory {
  #seconds: SecondOfBytes[] = Array.from({ length: historySeconds }, () => nothing)
  #last: { totals: Omit<ByteTotals, 'rescues'>; second: number } | undefined

  /** Oldest first, always {@link historySeconds} long. */
  get seconds(): readonly SecondOfBytes[] {
    return this.#seconds
  }

  /** A late call (a throttled tab) spreads what came over the seconds that passed. */
  record(totals: Omit<ByteTotals, 'rescues'>, nowMs: number): void {
    const second = Math.floor(nowMs / 1000)
    const last = this.#last
    if (last && second <= last.second) return
    this.#last = { totals, second }
    if (!last) return
    const passed = Math.min(second - last.second, historySeconds)
    const share = (now: number, before: number): number => Math.max(0, now - before) / passed
    const sample = {
      cdnBytes: share(totals.cdnBytes, last.totals.cdnBytes),
      peerBytes: share(totals.peerBytes, last.totals.peerBytes),
      uploadedBytes: share(totals.uploadedBytes, last.totals.uploadedBytes),
    }
    this.#seconds = [...this.#seconds, ...Array.from({ length: passed }, () => sample)].slice(-historySeconds)
  }
}
