import { blockCount } from '../../../protocol/block.js'
import type { Task } from './task.js'
import { tuning } from './tuning.js'

/** What to expect of segments whose length is not yet known: what the last ones were. */
export class SegmentSizes {
  private average: number | undefined

  completed(bytes: number): void {
    this.average =
      this.average === undefined ? bytes : this.average + tuning.sizeWeight * (bytes - this.average)
  }

  /** True when there is more to go by than an assumption. */
  known(task: Task): boolean {
    return toldBytes(task) !== undefined || this.average !== undefined
  }

  bytes(task: Task): number {
    return toldBytes(task) ?? this.average ?? tuning.segmentBytesAssumed
  }

  /** Where the segment ends, in blocks, if not even its head has come: no further than the CDN has shown. */
  blocks(task: Task): number {
    const told = toldBytes(task)
    if (told !== undefined) return blockCount(told)
    return Math.min(blockCount(this.bytes(task)), task.endsBefore ?? Number.POSITIVE_INFINITY)
  }
}

function toldBytes(task: Task): number | undefined {
  return task.copy.totalBytes ?? task.copy.expectedBytes
}
