import { blockBytes, blockCount } from '../../../protocol/block.js'
import { segmentBytesMax } from '../../../protocol/limits.js'
import type { EngineContext } from './context.js'
import { CdnFetch, type CutBlock, type FetchPlan } from './cdn-fetch.js'
import type { FetchFailure, FetchId } from './inputs.js'
import type { Task } from './task.js'
import { tuning } from './tuning.js'

/** What the fetcher tells the engine about: a block that came, the end of a segment that was found, a failure. */
export interface FetchListener {
  blockFetched(task: Task, block: CutBlock, now: number): void
  /** The answer's head tells where the segment ends. */
  lengthAnnounced(task: Task, bytes: number, now: number): void
  lengthFound(task: Task, bytes: number, now: number): void
  fetchFailed(task: Task, fetch: CdnFetch, failure: FetchFailure, now: number): void
}

/** Carries CDN fetches from the order to the last byte. Owns each task's `fetches`, and the CDN's estimate. */
export class CdnFetcher {
  private readonly active = new Map<FetchId, { readonly task: Task; readonly fetch: CdnFetch }>()
  private fetches = 0

  constructor(
    private readonly context: EngineContext,
    private readonly listener: FetchListener,
  ) {}

  /** Fetches a part of the segment, now or later. The task must know its source. */
  start(task: Task, plan: FetchPlan, now: number): void {
    this.fetches += 1
    const fetch = new CdnFetch(this.fetches as FetchId, plan)
    task.fetches.push(fetch)
    this.active.set(fetch.fetch, { task, fetch })
    if (plan.asksAt <= now) this.ask(task, fetch, now)
  }

  /** Asks at once for what was to be asked for later. */
  hasten(task: Task, now: number): void {
    for (const fetch of task.fetches) if (fetch.state === 'planned') this.ask(task, fetch, now)
  }

  abort(task: Task, fetch: CdnFetch): void {
    this.forget(task, fetch)
    if (fetch.state === 'asked') this.context.emit({ kind: 'abort-fetch', fetch: fetch.fetch })
  }

  abortAll(task: Task): void {
    for (const fetch of [...task.fetches]) this.abort(task, fetch)
  }

  started(id: FetchId, offset: number, bytesExpected: number | undefined, now: number): void {
    const entry = this.active.get(id)
    if (entry === undefined) return
    const { task, fetch } = entry
    if (offset % blockBytes !== 0 || offset > segmentBytesMax) {
      this.context.emit({ kind: 'abort-fetch', fetch: id })
      this.fail(task, fetch, { kind: 'truncated' }, now)
      return
    }
    if (offset === 0 && fetch.from > 0) this.context.cdn.ignoresRange = true
    this.context.cdn.firstByteCame(now - fetch.asksAt)
    if (fetch.startedAt === undefined) this.context.cdn.bodyBegan(now)
    fetch.started(offset, now)
    if (bytesExpected === undefined) return
    const end = Math.min(offset + bytesExpected, segmentBytesMax)
    if (fetch.askedTo !== undefined && end <= fetch.askedTo) return
    task.copy.expectedBytes = end
    this.listener.lengthAnnounced(task, end, now)
  }

  progressed(id: FetchId, bytes: Uint8Array, now: number): void {
    const entry = this.active.get(id)
    this.context.ledger.cdnReceived(bytes.length)
    if (entry === undefined) {
      this.context.ledger.cdnWasted(bytes.length)
      return
    }
    const { task, fetch } = entry
    this.context.cdn.bytesCame(bytes.length, now)
    const blocks = fetch.take(bytes, now)
    if (blocks === undefined) {
      this.context.emit({ kind: 'abort-fetch', fetch: id })
      this.fail(task, fetch, { kind: 'truncated' }, now)
      return
    }
    if (fetch.reason === 'rescue') task.rescuedBytes += bytes.length
    for (const block of blocks) this.listener.blockFetched(task, block, now)
    this.abortIfUseless(task, fetch)
  }

  ended(id: FetchId, now: number): void {
    const entry = this.active.get(id)
    if (entry === undefined) return
    const { task, fetch } = entry
    this.forget(task, fetch, now)
    const { end, rest } = fetch.finish()
    if (end === 0) {
      this.listener.fetchFailed(task, fetch, { kind: 'truncated' }, now)
      return
    }
    if (fetch.askedTo === undefined || end !== fetch.askedTo) this.listener.lengthFound(task, end, now)
    if (rest !== undefined) this.listener.blockFetched(task, rest, now)
  }

  failed(id: FetchId, failure: FetchFailure, now: number): void {
    const entry = this.active.get(id)
    if (entry !== undefined) this.fail(entry.task, entry.fetch, failure, now)
  }

  /** Asks the CDN where the time for it has come, and gives up the fetches that stand still. */
  settle(now: number): void {
    for (const { task, fetch } of this.active.values()) {
      if (fetch.state === 'planned' && now >= fetch.asksAt) this.ask(task, fetch, now)
    }
    for (const { task, fetch } of [...this.active.values()]) {
      if (now < stallsAt(task, fetch)) continue
      this.context.emit({ kind: 'abort-fetch', fetch: fetch.fetch })
      this.fail(task, fetch, { kind: 'timeout' }, now)
    }
  }

  wakeAt(): number | undefined {
    let earliest: number | undefined
    for (const { task, fetch } of this.active.values()) {
      const at = fetch.state === 'planned' ? fetch.asksAt : stallsAt(task, fetch)
      if (earliest === undefined || at < earliest) earliest = at
    }
    return earliest
  }

  private ask(task: Task, fetch: CdnFetch, now: number): void {
    const { segment, source } = task
    if (source === undefined) throw new Error('a fetch needs a source')
    const to = fetch.ask(now)
    const range = to === undefined ? { from: fetch.from } : { from: fetch.from, to }
    this.context.emit({ kind: 'fetch', fetch: fetch.fetch, segment, source, ...range })
  }

  /** The rest of what this fetch would bring is here already, or left to another. */
  private abortIfUseless(task: Task, fetch: CdnFetch): void {
    const end = fetch.askedTo ?? task.copy.totalBytes
    if (end === undefined || fetch.reached(end) || !task.fetches.includes(fetch)) return
    if (!fetch.isNeeded(blockCount(end), (index) => task.copy.holds(index))) this.abort(task, fetch)
  }

  private fail(task: Task, fetch: CdnFetch, failure: FetchFailure, now: number): void {
    this.forget(task, fetch, now)
    this.listener.fetchFailed(task, fetch, failure, now)
  }

  private forget(task: Task, fetch: CdnFetch, now?: number): void {
    if (!this.active.delete(fetch.fetch)) return
    if (fetch.startedAt !== undefined) this.context.cdn.bodyOver(now)
    const at = task.fetches.indexOf(fetch)
    if (at >= 0) task.fetches.splice(at, 1)
  }
}

function stallsAt(task: Task, fetch: CdnFetch): number {
  return fetch.progressAt + tuning.fetchStallMs * 2 ** Math.min(task.cdnFailures, 3)
}
