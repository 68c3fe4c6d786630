import { blockBytes, blockLength } from '../../../protocol/block.js'
import { requestsPerLinkMax } from '../../../protocol/limits.js'
import type { EngineContext } from './context.js'
import type { Neighbour, ServeRequest } from './neighbour.js'
import type { LinkViolation } from './outputs.js'
import { tuning } from './tuning.js'
import { UploadBudget } from './upload-budget.js'
import { UploadEasing, type EasingCause } from './upload-easing.js'
import type { Uplink } from './uplink.js'

/** What holds uploads back beside the cap on their rate. */
export type UploadLimit = 'session-cap-reached' | 'ratio-reached' | EasingCause

/** A request that could be answered now. */
interface Choice {
  readonly neighbour: Neighbour
  readonly request: ServeRequest
  /** The choice with the least is served first. */
  readonly cost: number
}

/** A neighbour that waits and can take a block. */
interface Ready {
  readonly neighbour: Neighbour
  /** Among all neighbours. */
  readonly place: number
}

/**
 * Serves blocks to neighbours, within the owner's cap and only as fast as the uplink takes them: first what was given
 * least often, since its receivers can hand it on, of these to who goes shortest, then going round; but nobody gets ahead of
 * others who wait by more than `servedLeadMax` blocks, whatever it asks for and says. Owns each neighbour's `serveQueue` and `served`, and `given` of each copy.
 */
export class Uploads {
  /** Bytes that may be sent now. May fall below zero by one block: the debt is paid before the next. */
  private allowance: number
  private refilledAt: number | undefined
  private turn = 0
  /** Requests in all queues together. */
  private waiting = 0
  readonly easing: UploadEasing
  private readonly budget: UploadBudget
  /** Since blocks last waited because the budget had no room for one. */
  private shortAt = Number.NEGATIVE_INFINITY
  /** The least that any neighbour that waited had been served when the last block was sent: of those who give, and of the others. */
  private readonly servedLeast = { givers: 0, sinks: 0 }

  constructor(
    private readonly context: EngineContext,
    private readonly uplink: Uplink,
    private cappedAt: number,
  ) {
    this.allowance = cappedAt === 0 ? 0 : blockBytes
    this.budget = new UploadBudget(context.ledger, context.config.uploadLimits)
    this.easing = new UploadEasing(context.tasks)
  }

  /** What the line and its owner's caps allow, as far as known; undefined: neither is known to bind. */
  get bytesPerSecond(): number | undefined {
    const { bytesPerSecond } = this.uplink
    const allowed = Math.min(this.cappedAt, this.budget.bytesPerSecond)
    if (allowed === Number.POSITIVE_INFINITY) return bytesPerSecond
    return Math.min(allowed, bytesPerSecond ?? allowed)
  }

  get enabled(): boolean {
    return this.cappedAt > 0 && this.budget.lasts
  }

  /** What holds uploads back now, or did a moment ago. */
  limit(now: number): UploadLimit | undefined {
    if (!this.budget.lasts) return 'session-cap-reached'
    if (now < this.shortAt + tuning.uploadLimitTellMs) return 'ratio-reached'
    return this.easing.cause(now)
  }

  /** In how long the line can send what neighbours wait for, in ms; undefined while it was never seen to be full. */
  get queueMs(): number | undefined {
    const { bytesPerSecond } = this
    if (this.uplink.bytesPerSecond === undefined || bytesPerSecond === undefined) return undefined
    return (this.waiting * blockBytes * 1000) / bytesPerSecond
  }

  cap(bytesPerSecond: number): void {
    this.cappedAt = bytesPerSecond
    this.allowance = Math.min(this.allowance, bytesPerSecond === 0 ? 0 : burstOf(bytesPerSecond))
    if (bytesPerSecond === 0) this.rejectAll()
  }

  private rejectAll(): void {
    for (const neighbour of this.context.neighbours.values()) {
      for (const request of this.forget(neighbour)) this.reject(neighbour, request)
    }
  }

  /** The neighbour is gone, or given nothing any more: what it waited for, which nobody waits for now. */
  forget({ serveQueue }: Neighbour): readonly ServeRequest[] {
    this.waiting -= serveQueue.length
    return serveQueue.splice(0)
  }

  requested(neighbour: Neighbour, request: ServeRequest): void {
    const violation = this.violation(request)
    if (violation !== undefined) {
      this.context.accuse(neighbour.link, violation)
    } else if (neighbour.serveQueue.length >= requestsPerLinkMax) {
      this.context.accuse(neighbour.link, 'too-many-requests')
    } else if (!this.enabled || this.blockFor(request) === undefined) {
      this.reject(neighbour, request)
    } else {
      // Having asked for nothing until now earns nobody a lead.
      if (neighbour.serveQueue.length === 0)
        neighbour.served = Math.max(neighbour.served, this.servedLeast[neighbour.kind])
      neighbour.serveQueue.push(request)
      this.waiting += 1
    }
  }

  /** Answered with a refusal, unless the block is on its way. */
  cancelled(neighbour: Neighbour, cancelled: ServeRequest): void {
    const at = neighbour.serveQueue.findIndex((request) => same(request, cancelled))
    if (at < 0) return
    this.dequeue(neighbour, at)
    this.reject(neighbour, cancelled)
  }

  settle(now: number): void {
    if (!this.anyoneWaits) {
      // What the pause allows is counted when it ends.
      this.refilledAt ??= now
      this.uplink.rested()
      return
    }
    this.refill(now)
    while (this.anyoneWaits && this.allowance > 0 && this.uplink.hasRoom && this.budget.hasRoom) {
      const choice = this.nextChoice()
      if (choice === undefined) break
      this.serve(choice, now)
    }
    if (!this.budget.lasts) this.rejectAll()
    if (!this.anyoneWaits) this.uplink.rested()
    else if (!this.budget.hasRoom) this.shortAt = now
    else if (!this.uplink.hasRoom) this.uplink.short(now)
  }

  wakeAt(now: number): number | undefined {
    // Room comes with what is watched, which is news of its own.
    if (!this.anyoneWaits || !this.enabled || !this.budget.hasRoom) return undefined
    if (this.allowance > 0) return now + tuning.backlogPollMs
    return now + Math.max(1, Math.ceil(((1 - this.allowance) * 1000) / this.rate(now)))
  }

  private serve({ neighbour, request }: Choice, now: number): void {
    this.dequeue(neighbour, neighbour.serveQueue.indexOf(request))
    const { handle, offset } = request
    const index = offset / blockBytes
    const copy = this.context.store.named(handle)
    const bytes = this.blockFor(request)
    if (copy === undefined || bytes === undefined) return
    copy.given[index] = (copy.given[index] ?? 0) + 1
    neighbour.served += 1
    this.uplink.sending(neighbour, bytes.length, now)
    this.allowance -= bytes.length
    this.context.ledger.uploaded(bytes.length)
    this.context.emit({ kind: 'send-block', link: neighbour.link, handle, offset, bytes })
  }

  private dequeue({ serveQueue }: Neighbour, at: number): void {
    serveQueue.splice(at, 1)
    this.waiting -= 1
  }

  private reject(neighbour: Neighbour, request: ServeRequest): void {
    this.context.emit({ kind: 'reject-block', link: neighbour.link, ...request })
  }

  private blockFor(request: ServeRequest): Uint8Array | undefined {
    const block = this.context.store.named(request.handle)?.givable(request.offset / blockBytes)
    return block?.length === request.length ? block : undefined
  }

  /** A request for what was never named, or for what cannot be a block of it. */
  private violation({ handle, offset, length }: ServeRequest): LinkViolation | undefined {
    if (!this.context.store.wasNamed(handle)) return 'handle-unknown'
    if (offset % blockBytes !== 0) return 'request-outside'
    const total = this.context.store.named(handle)?.totalBytes
    const due = total === undefined ? blockBytes : blockLength(total, offset / blockBytes)
    return length === 0 || length > due ? 'request-outside' : undefined
  }

  /** True while a neighbour waits for a block. */
  get anyoneWaits(): boolean {
    return this.waiting > 0
  }

  /** Of all requests of neighbours that can take a block: the one for what was given least often. */
  private nextChoice(): Choice | undefined {
    const { neighbours } = this.context
    const ready = this.readyNeighbours()
    this.noteServedLeast(ready)
    let best: Choice | undefined
    let bestPlace = 0
    for (const { neighbour, place } of ready) {
      if (neighbour.served > this.servedLeast[neighbour.kind] + tuning.servedLeadMax) continue
      this.rejectLost(neighbour)
      for (const request of neighbour.serveQueue) {
        const cost = this.cost(neighbour, request)
        if (best !== undefined && cost >= best.cost) continue
        best = { neighbour, request, cost }
        bestPlace = place
      }
    }
    if (best !== undefined) this.turn = (bestPlace + 1) % neighbours.size
    return best
  }

  /** Those who wait and can take a block, from the one whose turn it is, going round. */
  private readyNeighbours(): readonly Ready[] {
    const { neighbours } = this.context
    const turn = this.turn % Math.max(neighbours.size, 1)
    const ready: Ready[] = []
    let before = 0
    let place = -1
    for (const neighbour of neighbours.values()) {
      place += 1
      if (neighbour.serveQueue.length === 0 || !this.uplink.hasRoomFor(neighbour)) continue
      ready.push({ neighbour, place })
      if (place < turn) before += 1
    }
    return before === 0 ? ready : [...ready.slice(before), ...ready.slice(0, before)]
  }

  private noteServedLeast(ready: readonly Ready[]): void {
    const least = { givers: Number.POSITIVE_INFINITY, sinks: Number.POSITIVE_INFINITY }
    for (const { neighbour } of ready) {
      least[neighbour.kind] = Math.min(least[neighbour.kind], neighbour.served)
    }
    if (least.givers < Number.POSITIVE_INFINITY) this.servedLeast.givers = least.givers
    if (least.sinks < Number.POSITIVE_INFINITY) this.servedLeast.sinks = least.sinks
  }

  private cost(neighbour: Neighbour, request: ServeRequest): number {
    const copy = this.context.store.named(request.handle)
    let given = copy?.given[request.offset / blockBytes] ?? 0
    if (copy?.complete) given = Math.min(given, tuning.givenOfWholeMax)
    return given - neighbour.shortage + (neighbour.uploads ? 0 : tuning.servedSinkCost)
  }

  /** What was held when it was asked for, and is no longer. */
  private rejectLost(neighbour: Neighbour): void {
    const { serveQueue } = neighbour
    for (let at = 0; at < serveQueue.length;) {
      const request = serveQueue[at]
      if (request === undefined || this.blockFor(request) !== undefined) at += 1
      else {
        this.dequeue(neighbour, at)
        this.reject(neighbour, request)
      }
    }
  }

  /** Bytes per second that may be sent now. */
  private rate(now: number): number {
    const allowed = Math.min(this.cappedAt, this.budget.bytesPerSecond)
    const share = this.anyoneWaits ? this.easing.share(now) : 1
    if (share === 1) return allowed
    return Math.min(allowed, share * (this.uplink.bytesPerSecond ?? tuning.lineAssumed))
  }

  private refill(now: number): void {
    const elapsedMs = now - (this.refilledAt ?? now)
    this.refilledAt = now
    const rate = this.rate(now)
    if (rate === Number.POSITIVE_INFINITY) this.allowance = Number.MAX_SAFE_INTEGER
    else this.allowance = Math.min(this.allowance + (elapsedMs * rate) / 1000, burstOf(rate))
  }
}

/** What may be sent at once after a pause: one second's worth, or a block. Less costs CPU: smaller, more messages. */
function burstOf(bytesPerSecond: number): number {
  return Math.max(bytesPerSecond, blockBytes)
}

function same(a: ServeRequest, b: ServeRequest): boolean {
  return a.handle === b.handle && a.offset === b.offset && a.length === b.length
}
