import type { SegmentKey } from '../../../protocol/segment-key.js'

/** A set of segments of which the oldest are forgotten: for what somebody else decides how much there is of. */
export class KeyMemory {
  private readonly keys = new Set<SegmentKey>()

  constructor(private readonly sizeMax: number) {}

  has(key: SegmentKey): boolean {
    return this.keys.has(key)
  }

  /** Returns false when it was there already. */
  add(key: SegmentKey): boolean {
    if (this.keys.has(key)) return false
    const [oldest] = this.keys
    if (this.keys.size >= this.sizeMax && oldest !== undefined) this.keys.delete(oldest)
    this.keys.add(key)
    return true
  }

  delete(key: SegmentKey): void {
    this.keys.delete(key)
  }
}
