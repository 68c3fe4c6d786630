import { blockCount } from '../../../protocol/block.js'
import { smoothed } from './smoothed.js'
import type { Task } from './task.js'
import { tuning } from './tuning.js'

/** What to expect of segments whose length is not yet known: what the last ones were. */
export class SegmentSizes {
  private average: number | undefined

  completed(bytes: number): void {
    this.average = smoothed(this.average, bytes, tuning.sizeWeight)
  }

  /** True when there is more to go by than an assumption. */
  known(task: Task): boolean {
    return task.copy.toldBytes !== undefined || this.average !== undefined
  }

  bytes(task: Task): number {
    return task.copy.toldBytes ?? this.average ?? tuning.segmentBytesAssumed
  }

  /** Where the segment ends, in blocks, if not even its head has come: no further than the CDN has shown. */
  blocks(task: Task): number {
    const told = task.copy.toldBytes
    if (told !== undefined) return blockCount(told)
    return Math.min(blockCount(this.bytes(task)), task.endsBefore ?? Number.POSITIVE_INFINITY)
  }
}
