import { segmentKey, type SegmentIdentity, type SegmentKey } from '../../../protocol/segment-key.js'
import { SegmentCopy } from './segment-copy.js'

/**
 * All segment copies of this member, bounded in bytes.
 *
 * Invariant: after `evict`, the copies that nobody is at work on fit in `bytesMax`; copies being gathered are never
 * evicted, for they are what playback waits for.
 */
export class SegmentStore {
  private readonly copies = new Map<SegmentKey, SegmentCopy>()
  private readonly byHandle = new Map<number, SegmentCopy>()
  private handles = 0

  constructor(private readonly bytesMax: number) {}

  get(key: SegmentKey): SegmentCopy | undefined {
    return this.copies.get(key)
  }

  named(handle: number): SegmentCopy | undefined {
    return this.byHandle.get(handle)
  }

  /** True for a handle that was given out once, though its copy may be gone. */
  wasNamed(handle: number): boolean {
    return handle >= 1 && handle <= this.handles
  }

  /** Copies, least recently opened first. */
  all(): Iterable<SegmentCopy> {
    return this.copies.values()
  }

  /** The copy of this segment, begun now if there is none. */
  open(segment: SegmentIdentity, now: number): SegmentCopy {
    const known = this.copies.get(segmentKey(segment))
    if (known !== undefined) return known
    this.handles += 1
    const copy = new SegmentCopy(segment, this.handles, now)
    this.copies.set(copy.key, copy)
    this.byHandle.set(copy.handle, copy)
    return copy
  }

  remove(copy: SegmentCopy): void {
    this.copies.delete(copy.key)
    this.byHandle.delete(copy.handle)
  }

  /** Removes the copies longest unused until the rest fits; returns what it removed. `busy` ones stay. */
  evict(busy: (key: SegmentKey) => boolean): SegmentCopy[] {
    let bytes = 0
    for (const copy of this.copies.values()) bytes += copy.heldBytes
    if (bytes <= this.bytesMax) return []
    const idle = [...this.copies.values()].filter((copy) => !busy(copy.key))
    idle.sort((a, b) => a.lastUsedAt - b.lastUsedAt)
    const removed: SegmentCopy[] = []
    for (const copy of idle) {
      if (bytes <= this.bytesMax) break
      bytes -= copy.heldBytes
      this.remove(copy)
      removed.push(copy)
    }
    return removed
  }
}
