import { blockBytes } from '../../../protocol/block.js'
import { announcedSegmentsPerLinkMax, runsPerMessageMax } from '../../../protocol/limits.js'
import type { BlockRun } from '../../../protocol/wire-messages.js'
import type { EngineContext } from './context.js'
import { runsWithout } from './block-set.js'
import type { Neighbour, NeighbourKind } from './neighbour.js'
import type { SegmentCopy } from './segment-copy.js'
import { tuning } from './tuning.js'

/** What tellings depend on beside what came. */
interface Serving {
  readonly enabled: boolean
  /** How long the line will take for what waits for it; undefined while it was never seen to be full. */
  readonly queueMs: number | undefined
}

/** What of a copy's arrivals is to be told, from one of them up to another. */
interface News {
  readonly copy: SegmentCopy
  readonly from: number
  readonly to: number
  /** In the order of the segment. */
  readonly blocks: readonly number[]
  readonly runs: readonly BlockRun[]
  /** Where the segment ends, if its end is among the news. */
  readonly endsBytes: number | undefined
}

/**
 * Tells the neighbours what this member holds: `doing` with a segment's first block, `holds` for the blocks that
 * came since, `ends` before the last and shorter one of them, `have` when it is whole, `lost` when it is gone. Owns each
 * neighbour's `told`.
 *
 * Tellings are batched: the first block is told at once, later ones at most every `announceIntervalMs`, or as often as a line
 * that is full at times can send what it is asked for. While more waits than it can send in a moment, only those are told who give.
 */
export class Announcer {
  private readonly changed = new Set<SegmentCopy>()
  /** The copies of which those who give have been told more than those who do not. */
  private readonly untoldToSinks = new Set<SegmentCopy>()
  private lastAt = Number.NEGATIVE_INFINITY
  /** What was last told, for the next who was told the same before. */
  private newest: News | undefined

  constructor(
    private readonly context: EngineContext,
    private readonly uploads: Serving,
  ) {}

  /** A block of this copy came. */
  blockCame(copy: SegmentCopy): void {
    this.changed.add(copy)
  }

  /** The owner allows uploads again, or no longer: who gives nothing offers nothing. */
  uploadsChanged(): void {
    for (const neighbour of this.context.neighbours.values()) {
      if (this.uploads.enabled) this.greet(neighbour)
      else for (const handle of [...neighbour.told.keys()]) this.withdraw(neighbour, handle)
    }
  }

  /** A neighbour has just linked: tell it of the newest segments held. */
  greet(neighbour: Neighbour): void {
    const copies = [...this.context.store.all()].filter((copy) => copy.arrivals.length > 0)
    for (const copy of copies.slice(-tuning.introducedSegmentsMax)) this.tell(neighbour, copy)
  }

  /** A neighbour no longer holds what it held: it may want it back. */
  lostBy(neighbour: Neighbour, copy: SegmentCopy): void {
    if (copy.arrivals.length === 0) return
    // It was not told of what it held itself.
    const toldCount = neighbour.told.get(copy.handle)
    if (toldCount !== undefined && toldCount !== Number.POSITIVE_INFINITY) neighbour.told.set(copy.handle, 0)
    this.tell(neighbour, copy)
  }

  /** The copy is gone. */
  lost(copy: SegmentCopy): void {
    this.changed.delete(copy)
    this.untoldToSinks.delete(copy)
    for (const neighbour of this.context.neighbours.values()) {
      this.withdraw(neighbour, copy.handle)
    }
  }

  settle(now: number): void {
    if (!this.anyNews || now < this.dueAt) return
    this.lastAt = now
    for (const copy of this.changed) {
      this.tellThose(copy, 'givers')
      this.untoldToSinks.add(copy)
    }
    this.changed.clear()
    if (this.lineIsTaken) return
    for (const copy of this.untoldToSinks) this.tellThose(copy, 'sinks')
    this.untoldToSinks.clear()
  }

  wakeAt(): number | undefined {
    return this.anyNews ? this.dueAt : undefined
  }

  private get anyNews(): boolean {
    return this.changed.size > 0 || (this.untoldToSinks.size > 0 && !this.lineIsTaken)
  }

  /** Who gives nothing is served last, and would ask in vain. */
  private get lineIsTaken(): boolean {
    return (this.uploads.queueMs ?? 0) > tuning.announceSinkQueueMs
  }

  private tellThose(copy: SegmentCopy, kind: NeighbourKind): void {
    for (const neighbour of this.context.neighbours.values()) {
      if (neighbour.kind === kind) this.tell(neighbour, copy)
    }
  }

  private get dueAt(): number {
    const { queueMs } = this.uploads
    if (queueMs === undefined) return this.lastAt + tuning.announceIntervalMs
    return this.lastAt + Math.min(Math.max(queueMs, tuning.announceIdleMs), tuning.announceBusyMs)
  }

  private withdraw(neighbour: Neighbour, handle: number): void {
    if (neighbour.told.delete(handle)) this.context.send(neighbour.link, { kind: 'lost', handle })
  }

  private tell(neighbour: Neighbour, copy: SegmentCopy): void {
    const { handle, segment, arrivals } = copy
    if (!this.uploads.enabled) return
    // A neighbour that holds it all has no use for the news, until it has lost it.
    const offer = neighbour.offer(copy.key)
    if (offer?.wholeBytes !== undefined) return
    let toldCount = neighbour.told.get(handle)
    if (toldCount === undefined) {
      const [oldest] = neighbour.told.keys()
      if (neighbour.told.size >= announcedSegmentsPerLinkMax && oldest !== undefined) {
        this.withdraw(neighbour, oldest)
      }
      this.context.send(neighbour.link, { kind: 'doing', handle, segment })
      toldCount = 0
    }
    if (copy.complete && copy.totalBytes !== undefined) {
      if (toldCount !== Number.POSITIVE_INFINITY) {
        this.context.send(neighbour.link, { kind: 'have', handle, bytes: copy.totalBytes })
      }
      neighbour.told.set(handle, Number.POSITIVE_INFINITY)
      return
    }
    const news = this.newsOf(copy, toldCount)
    if (news.endsBytes !== undefined) {
      this.context.send(neighbour.link, { kind: 'ends', handle, bytes: news.endsBytes })
    }
    // Nor has it for news of single blocks that it holds.
    const runs = offer === undefined ? news.runs : runsWithout(news.blocks, (index) => offer.holds(index))
    for (let start = 0; start < runs.length; start += runsPerMessageMax) {
      const part = runs.slice(start, start + runsPerMessageMax)
      this.context.send(neighbour.link, { kind: 'holds', handle, runs: part })
    }
    neighbour.told.set(handle, arrivals.length)
  }

  /** Most neighbours were told the same before, and at the same time. */
  private newsOf(copy: SegmentCopy, toldCount: number): News {
    const { newest } = this
    const to = copy.arrivals.length
    if (newest?.copy === copy && newest.from === toldCount && newest.to === to) return newest
    const blocks = copy.arrivals.slice(toldCount).toSorted((a, b) => a - b)
    const ends = blocks.some((index) => isShort(copy, index))
    return (this.newest = {
      copy,
      from: toldCount,
      to,
      blocks,
      runs: runsWithout(blocks, () => false),
      endsBytes: ends ? copy.totalBytes : undefined,
    })
  }
}

function isShort({ blocks }: SegmentCopy, index: number): boolean {
  return blocks[index]?.length !== blockBytes
}
