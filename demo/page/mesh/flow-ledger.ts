/** The CDN's and this viewer's place in a flow; everyone else is 40 hexadecimal digits. */
export const cdn = 'cdn'
export const self = 'self'

/** Bytes that went from one end to another, per second. */
export interface Flow {
  readonly from: string
  readonly to: string
  readonly bytesPerSecond: number
}

interface Transfer {
  readonly from: string
  readonly to: string
  readonly bytes: number
  readonly atMs: number
}

/** Two segments of the demo's stream: shorter, and the flows would blink with them. */
const windowMs = 5000

/** A member of a full cell reports a segment from up to 16 senders every 2 s. */
const transfersMax = 4096

/** Who sent how much to whom lately. What is older than the window is forgotten. */
export class FlowLedger {
  #transfers: Transfer[] = []

  record(from: string, to: string, bytes: number, nowMs: number): void {
    if (bytes <= 0) return
    this.#transfers.push({ from, to, bytes, atMs: nowMs })
    if (this.#transfers.length > transfersMax) this.#transfers.shift()
  }

  flows(nowMs: number): Flow[] {
    this.#transfers = this.#transfers.filter((transfer) => nowMs - transfer.atMs < windowMs)
    const sums = new Map<string, { from: string; to: string; bytes: number }>()
    for (const { from, to, bytes } of this.#transfers) {
      const key = `${from}>${to}`
      const sum = sums.get(key) ?? { from, to, bytes: 0 }
      sum.bytes += bytes
      sums.set(key, sum)
    }
    return [...sums.values()].map(({ from, to, bytes }) => ({
      from,
      to,
      bytesPerSecond: (bytes * 1000) / windowMs,
    }))
  }
}
