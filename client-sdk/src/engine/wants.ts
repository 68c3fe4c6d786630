import type { EngineContext } from './context.js'
import type { FetchFailure, WantId } from './inputs.js'
import type { Delivery } from './outputs.js'
import type { SegmentCopy } from './segment-copy.js'
import type { Task, Want } from './task.js'

/** Answers the player: progress, the segment, or a failure. Each want is answered by `deliver` or `fail` once. */
export class Wants {
  constructor(
    private readonly context: EngineContext,
    private readonly pace: { readonly bytesPerSecond: number | undefined },
  ) {}

  /** Tells the player how much of its segment is there. */
  progressed(task: Task): void {
    const { heldBytes, totalBytes, expectedBytes } = task.copy
    const total = totalBytes ?? expectedBytes
    for (const { want } of task.wants) {
      const known = total === undefined ? {} : { totalBytes: total }
      this.context.emit({ kind: 'progress', want, loadedBytes: heldBytes, ...known })
    }
  }

  /** Hands the whole segment to everyone of the player's loads that waits for it. */
  completed(task: Task): void {
    for (const { want } of task.wants.splice(0)) this.deliver(want, task.copy)
  }

  deliver(want: WantId, copy: SegmentCopy): void {
    const blocks = copy.blocks.filter((block) => block !== undefined)
    this.context.ledger.delivered(copy.cdnBytes, copy.peerBytes)
    const delivery = this.delivery(copy)
    this.context.emit({ kind: 'deliver', want, blocks, totalBytes: copy.heldBytes, delivery })
  }

  failed(task: Task, failure: FetchFailure): void {
    for (const { want } of task.wants.splice(0)) this.context.emit({ kind: 'fail', want, failure })
  }

  /** Fails what took longer than the player allows. */
  settle(task: Task, now: number): void {
    if (task.wants.length === 0) return
    for (const want of [...task.wants]) {
      if (now < expiresAt(want, task.copy)) continue
      task.wants.splice(task.wants.indexOf(want), 1)
      const failure = task.lastFailure ?? { kind: 'timeout' }
      this.context.emit({ kind: 'fail', want: want.want, failure })
    }
  }

  wakeAt(task: Task): number | undefined {
    if (task.wants.length === 0) return undefined
    return Math.min(...task.wants.map((want) => expiresAt(want, task.copy)))
  }

  private delivery(copy: SegmentCopy): Delivery {
    const { bytesPerSecond } = this.pace
    const { firstByteMedianMs } = this.context.cdn
    return {
      startedAt: copy.startedAt,
      firstByteAt: copy.firstByteAt ?? copy.startedAt,
      completedAt: copy.completedAt ?? copy.lastUsedAt,
      cdnBytes: copy.cdnBytes,
      peerBytes: copy.peerBytes,
      sources: [...copy.givers].map(([member, bytes]) => ({ member, bytes })),
      ...(bytesPerSecond === undefined ? {} : { cdnBytesPerSecond: bytesPerSecond }),
      ...(firstByteMedianMs === undefined ? {} : { cdnFirstByteMs: firstByteMedianMs }),
    }
  }
}

function expiresAt(want: Want, copy: SegmentCopy): number {
  const allowedMs = copy.firstByteAt === undefined ? want.firstByteTimeoutMs : want.loadTimeoutMs
  return want.wantedAt + Math.min(allowedMs, want.loadTimeoutMs)
}
