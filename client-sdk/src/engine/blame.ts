import type { MemberId } from '../../../protocol/ids.js'
import type { SegmentIdentity } from '../../../protocol/segment-key.js'
import type { EngineContext } from './context.js'
import { tuning } from './tuning.js'

/** A block that is not the origin's, and who sent it. */
export interface ChangedBlock {
  readonly member: MemberId
  readonly segment: SegmentIdentity
  readonly block: number
  /** Of the bytes that came. */
  readonly hash: Uint8Array
}

/**
 * Who sent changed blocks. One may be a member that was deceived itself, or a bad disk; with the second the member is
 * not dealt with any more, and the tracker is told.
 */
export class Blame {
  private readonly counts = new Map<MemberId, number>()

  constructor(private readonly context: EngineContext) {}

  isOut(member: MemberId): boolean {
    return (this.counts.get(member) ?? 0) >= tuning.changedBlocksMax
  }

  note(changed: ChangedBlock): void {
    const { member } = changed
    if (this.isOut(member)) return
    this.counts.set(member, (this.counts.get(member) ?? 0) + 1)
    const [oldest] = this.counts.keys()
    if (this.counts.size > tuning.blamedMax && oldest !== undefined) this.counts.delete(oldest)
    if (!this.isOut(member)) return
    this.context.emit({ kind: 'accuse-member', ...changed })
    for (const neighbour of this.context.neighbours.values()) {
      if (neighbour.member === member) this.context.accuse(neighbour.link, 'block-changed')
    }
  }
}
