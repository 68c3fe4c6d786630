import { blockBytes, blockLength } from '../../../protocol/block.js'
import { requestsPerLinkMax } from '../../../protocol/limits.js'
import type { EngineContext } from './context.js'
import type { Neighbour, ServeRequest } from './neighbour.js'
import type { LinkViolation } from './outputs.js'

/** Blocks sent in one step: what a send buffer may overshoot its mark by, 128 KiB. */
const blocksPerStep = 8

/**
 * Serves blocks to neighbours: one from each neighbour's queue in turn, within the owner's cap, and none on a link
 * whose send buffer is full. Owns each neighbour's `serveQueue` and `congested`.
 */
export class Uploads {
  /** Bytes that may be sent now. May fall below zero by one block: the debt is paid before the next. */
  private allowance: number
  private refilledAt: number | undefined
  private turn = 0

  constructor(
    private readonly context: EngineContext,
    private bytesPerSecond: number,
  ) {
    this.allowance = bytesPerSecond === 0 ? 0 : blockBytes
  }

  get enabled(): boolean {
    return this.bytesPerSecond > 0
  }

  cap(bytesPerSecond: number): void {
    this.bytesPerSecond = bytesPerSecond
    this.allowance = Math.min(this.allowance, bytesPerSecond === 0 ? 0 : this.burstBytes)
    if (bytesPerSecond > 0) return
    for (const neighbour of this.context.neighbours.values()) {
      for (const request of neighbour.serveQueue.splice(0)) this.reject(neighbour, request)
    }
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
      neighbour.serveQueue.push(request)
    }
  }

  cancelled(neighbour: Neighbour, cancelled: ServeRequest): void {
    const at = neighbour.serveQueue.findIndex((request) => same(request, cancelled))
    if (at >= 0) neighbour.serveQueue.splice(at, 1)
  }

  settle(now: number): void {
    this.refill(now)
    for (let sent = 0; sent < blocksPerStep && this.allowance > 0; sent += 1) {
      const neighbour = this.nextInTurn()
      if (neighbour === undefined) return
      this.serve(neighbour)
    }
  }

  /** At once while blocks may be sent: the driver reports a full send buffer between two steps. */
  wakeAt(now: number): number | undefined {
    if (!this.enabled || !this.anyoneWaits()) return undefined
    if (this.allowance > 0) return now
    return now + Math.max(1, Math.ceil(((1 - this.allowance) * 1000) / this.bytesPerSecond))
  }

  private serve(neighbour: Neighbour): void {
    const request = neighbour.serveQueue.shift()
    if (request === undefined) return
    const bytes = this.blockFor(request)
    if (bytes === undefined) {
      this.reject(neighbour, request)
      return
    }
    this.allowance -= bytes.length
    this.context.ledger.uploaded(bytes.length)
    const { handle, offset } = request
    this.context.emit({ kind: 'send-block', link: neighbour.link, handle, offset, bytes })
  }

  private reject(neighbour: Neighbour, request: ServeRequest): void {
    this.context.emit({ kind: 'reject-block', link: neighbour.link, ...request })
  }

  private blockFor(request: ServeRequest): Uint8Array | undefined {
    const block = this.context.store.named(request.handle)?.blocks[request.offset / blockBytes]
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

  private anyoneWaits(): boolean {
    for (const neighbour of this.context.neighbours.values()) {
      if (!neighbour.congested && neighbour.serveQueue.length > 0) return true
    }
    return false
  }

  /** The next neighbour, going round, that waits for a block and can take one. */
  private nextInTurn(): Neighbour | undefined {
    const neighbours = [...this.context.neighbours.values()]
    for (let step = 0; step < neighbours.length; step += 1) {
      const neighbour = neighbours[(this.turn + step) % neighbours.length]
      if (neighbour === undefined || neighbour.congested || neighbour.serveQueue.length === 0) continue
      this.turn = (this.turn + step + 1) % neighbours.length
      return neighbour
    }
    return undefined
  }

  /** What may be sent at once after a pause: one second's worth, or a block. Less costs CPU: smaller, more messages. */
  private get burstBytes(): number {
    return Math.max(this.bytesPerSecond, blockBytes)
  }

  private refill(now: number): void {
    const elapsedMs = now - (this.refilledAt ?? now)
    this.refilledAt = now
    if (this.bytesPerSecond === Number.POSITIVE_INFINITY) this.allowance = Number.MAX_SAFE_INTEGER
    else {
      const refilled = this.allowance + (elapsedMs * this.bytesPerSecond) / 1000
      this.allowance = Math.min(refilled, this.burstBytes)
    }
  }
}

function same(a: ServeRequest, b: ServeRequest): boolean {
  return a.handle === b.handle && a.offset === b.offset && a.length === b.length
}
