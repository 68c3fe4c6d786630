import { blockBytes } from '../../../protocol/block.js'
import { segmentKey, type SegmentIdentity } from '../../../protocol/segment-key.js'
import type { BlockScheduler } from './block-scheduler.js'
import type { CdnFetch } from './cdn-fetch.js'
import type { CdnFetcher } from './cdn-fetcher.js'
import type { EngineContext } from './context.js'
import type { Following } from './following.js'
import type { EngineInput, FetchFailure, ListedSegment } from './inputs.js'
import type { Intake } from './intake.js'
import type { OwnClaims } from './own-claims.js'
import type { Task } from './task.js'
import { tuning } from './tuning.js'
import type { Wants } from './wants.js'

type InputOf<Kind extends EngineInput['kind']> = Extract<EngineInput, { kind: Kind }>

/**
 * Begins and ends the work on segments: because the player wants one, because the playlist lists a new one, because
 * a neighbour offers one that will be wanted soon. Owns the tasks, and what a failed fetch means for one.
 */
export class Gathering {
  constructor(
    private readonly context: EngineContext,
    private readonly following: Following,
    private readonly parts: {
      readonly fetcher: CdnFetcher
      readonly intake: Intake
      readonly ownClaims: OwnClaims
      readonly scheduler: BlockScheduler
      readonly wants: Wants
    },
  ) {}

  renditionFollowed({ rendition }: InputOf<'rendition-followed'>): void {
    if (this.following.current === rendition) return
    const left = this.following.follow(rendition)
    this.context.sendToAll({ kind: 'follow', rendition })
    for (const task of [...this.context.tasks.values()]) {
      if (task.segment.rendition === left && !task.wanted) this.end(task)
    }
  }

  playlistSeen({ rendition, segments }: InputOf<'playlist-seen'>, now: number): void {
    for (const listed of this.following.listed(rendition, segments))
      this.beginAhead(listed.segment, listed, now)
  }

  /** A neighbour offers a segment. */
  offered(segment: SegmentIdentity, now: number): void {
    this.beginAhead(segment, this.following.listing(segment), now)
  }

  wanted(input: InputOf<'segment-wanted'>, now: number): void {
    this.following.wanted(input.segment, now)
    const copy = this.context.store.get(segmentKey(input.segment))
    if (copy?.complete === true) {
      copy.lastUsedAt = now
      this.parts.wants.deliver(input.want, copy)
      return
    }
    const task = this.context.openTask(input.segment, now)
    task.source = input.source
    task.listedAt ??= now
    task.live = input.live
    const { want, deadline, firstByteTimeoutMs, loadTimeoutMs } = input
    task.wants.push({ want, wantedAt: now, deadline, firstByteTimeoutMs, loadTimeoutMs })
    if (task.copy.heldBytes > 0) this.parts.wants.progressed(task)
  }

  abandoned({ want }: InputOf<'segment-abandoned'>): void {
    for (const task of [...this.context.tasks.values()]) {
      const at = task.wants.findIndex((each) => each.want === want)
      if (at < 0) continue
      task.wants.splice(at, 1)
      // A fetch that others count on goes on; one for this player alone does not.
      const claimed = task.fetches.some((fetch) => fetch.reason === 'claim')
      if (!task.wanted && !(claimed && this.context.neighbours.size > 0)) this.end(task)
      return
    }
  }

  fetchFailed(task: Task, fetch: CdnFetch, failure: FetchFailure, now: number): void {
    if (failure.kind === 'beyond-end' && this.endFound(task, fetch, now)) return
    task.cdnFailures += 1
    task.recall = 'over'
    task.lastFailure = failure
    const pauseMs = tuning.fetchRetryMs * 2 ** (task.cdnFailures - 1)
    task.cdnRetryAt = now + Math.min(pauseMs, tuning.fetchRetryMsMax)
    if (fetch.reason === 'claim') this.parts.ownClaims.unclaim(task, fetch)
    const offered = (this.context.supply(task.key)?.givers.length ?? 0) > 0
    const hopeless = failure.kind === 'status' && !offered
    if (!hopeless && task.cdnFailures < tuning.fetchFailuresMax) return
    this.parts.wants.failed(task, failure)
    this.end(task)
  }

  /** Takes a 416 for what it tells; false when it tells nothing, and is a failure like others. */
  private endFound(task: Task, fetch: CdnFetch, now: number): boolean {
    const { copy } = task
    if (copy.endsFetched && fetch.from === copy.heldEnd * blockBytes) {
      this.parts.intake.settleLength(task, fetch.from, 'cdn', now)
      return true
    }
    if (task.cdnOnly) return false
    if (fetch.reason === 'claim' && !this.told(task, fetch.from / blockBytes)) {
      // Only this member's own expectation was wrong.
      task.endsBefore = fetch.from / blockBytes
      this.parts.ownClaims.unclaim(task, fetch)
      return fetch.from > 0
    }
    // A neighbour told of, or gave, blocks that do not exist.
    this.parts.intake.startOver(task, now)
    return true
  }

  /** Hands out what is whole, fails what took too long, ends what nobody cares for. */
  settle(task: Task, ready: boolean, now: number): void {
    if (ready) {
      this.parts.wants.completed(task)
      this.end(task)
      return
    }
    const before = task.wants.length
    this.parts.wants.settle(task, now)
    const expired = before > 0 && !task.wanted
    const stale = !task.wanted && now > task.openedAt + tuning.followMs
    if (expired || stale) this.end(task)
  }

  /** When a task is over, if nothing happens before. */
  wakeAt(): number | undefined {
    let earliest: number | undefined
    for (const task of this.context.tasks.values()) {
      const at = this.parts.wants.wakeAt(task)
      if (at !== undefined && (earliest === undefined || at < earliest)) earliest = at
    }
    return earliest
  }

  /** Whether what somebody gave, or told of, reaches up to this block. */
  private told({ copy }: Task, index: number): boolean {
    return copy.heldEnd >= index || (this.context.supply(copy.key)?.seenBlocks ?? 0) >= index
  }

  private beginAhead(segment: SegmentIdentity, listed: ListedSegment | undefined, now: number): void {
    const known = this.context.store.get(segmentKey(segment))
    if (known?.playable === true || !this.following.worthGathering(segment, now)) return
    const task = this.context.openTask(segment, now)
    task.source ??= listed?.source
    if (task.source !== undefined) task.listedAt ??= now
  }

  private end(task: Task): void {
    this.parts.fetcher.abortAll(task)
    this.parts.scheduler.cancel(task)
    this.context.tasks.delete(task.key)
    if (task.copy.heldBytes === 0) this.context.store.remove(task.copy)
  }
}
