import { blockBytes } from '../../../protocol/block.js'
import type { LinkId } from './inputs.js'
import type { Neighbour } from './neighbour.js'
import { smoothed } from './smoothed.js'
import { tuning } from './tuning.js'
import { WindowProbe } from './window-probe.js'

/**
 * What this member's uplink carries, learned from how fast the send buffers of all links empty; and how much may wait
 * in them. What waits there delays everything behind it: our own claims and requests, and whatever else the viewer
 * does with the line. Owns each neighbour's `backlog`.
 *
 * A browser's send buffer shrinks by whole messages, so a block waits for a while without a trace and then leaves at once:
 * only the time from when something waited to when it left tells a rate.
 *
 * Where blocks wait for their links' own windows (see {@link WindowProbe}), a little more may wait than one block takes: while
 * that makes more leave, more and more.
 */
export class Uplink {
  private rate: number | undefined
  private seenAt: number | undefined
  /** Time during which something waited, up to the last look at which some of it had left; and what had left. */
  private busyMs = 0
  private busyBytes = 0
  /** How long it has been waiting since then; undefined: nothing waits. */
  private waitingMs: number | undefined
  /** Time at whose beginning and end nothing waited, and what left in it. */
  private easyMs = 0
  private easyBytes = 0
  /** What waits at all neighbours that take what they are sent. */
  private waitingBytes = 0
  /** The block that found nobody waiting; undefined: it left. */
  private lone: { readonly link: LinkId; readonly sentAt: number } | undefined
  /** How long such a block takes to leave, smoothed. */
  private loneMs: number | undefined
  private readonly probe = new WindowProbe()
  /** When the send buffers were looked at last, and when something was last seen to have left them. */
  private now = 0
  private movedAt = Number.NEGATIVE_INFINITY
  /** What was sent until then, and waits still, was overtaken by what was sent later. */
  private overtakenAt = Number.NEGATIVE_INFINITY

  constructor(private readonly neighbours: ReadonlyMap<LinkId, Neighbour>) {}

  /** Bytes per second, smoothed; undefined while the line has never been the bottleneck. */
  get bytesPerSecond(): number | undefined {
    return this.rate
  }

  /** The links on which something waits, as far as one knows: those worth a look. */
  get watched(): readonly LinkId[] {
    const watched: LinkId[] = []
    for (const { link, backlog } of this.neighbours.values()) if (backlog > 0) watched.push(link)
    return watched
  }

  /** Whether one more block may wait for the line. */
  get hasRoom(): boolean {
    return this.waitingBytes - this.leavingBytes < this.budget
  }

  /** Whether one more block may wait for this neighbour: one that takes nothing must not use up everybody's room. */
  hasRoomFor(neighbour: Neighbour): boolean {
    return !neighbour.stuck && neighbour.backlog < Math.max(this.budgetFor(tuning.backlogMs) / 2, blockBytes)
  }

  /** So many bytes more wait for this neighbour. */
  sending(neighbour: Neighbour, bytes: number, now: number): void {
    if (this.waitingBytes < blockBytes) this.lone = { link: neighbour.link, sentAt: now }
    neighbour.sending(bytes, now)
    if (!neighbour.stuck) this.waitingBytes += bytes
  }

  /** Neighbours went, or their backlogs changed. */
  recount(): void {
    this.waitingBytes = 0
    for (const neighbour of this.neighbours.values()) {
      neighbour.stuck = this.isStuck(neighbour)
      if (!neighbour.stuck) this.waitingBytes += neighbour.backlog
    }
  }

  /** Blocks are asked for that there is no room for. */
  short(now: number): void {
    if (this.rate !== undefined) this.probe.short(this.rate, now)
  }

  /** The send buffers were looked at: `backlogs` says how much waits on each link that is watched. */
  seen(backlogs: ReadonlyMap<LinkId, number>, now: number): void {
    this.now = now
    const sinceMs = this.seenAt === undefined ? undefined : now - this.seenAt
    this.seenAt = now
    let left = 0
    let waitedAllAlong = false
    for (const [link, backlog] of backlogs) {
      const neighbour = this.neighbours.get(link)
      if (neighbour === undefined) continue
      const before = neighbour.backlog
      left += Math.max(0, before - backlog)
      if (backlog < before) {
        this.movedAt = now
        this.overtakenAt = Math.max(this.overtakenAt, neighbour.waitsSince)
      }
      neighbour.backlogSeen(backlog, now)
      if (before > 0 && backlog > 0 && !neighbour.stuck) waitedAllAlong = true
    }
    this.recount()
    this.timeLone(backlogs, now)
    if (sinceMs === undefined) return
    if (waitedAllAlong || this.waitingMs !== undefined) this.sample(left, sinceMs, waitedAllAlong)
    else this.raise(left, sinceMs)
  }

  /** Nobody waits for blocks any more: from here on the send buffers empty without being looked at. */
  rested(): void {
    this.lone = undefined
    this.seenAt = undefined
    this.waitingMs = undefined
  }

  /** How long the block took that found nobody waiting, if it has left: what was sent after it goes behind it. */
  private timeLone(backlogs: ReadonlyMap<LinkId, number>, now: number): void {
    if (this.lone === undefined || (backlogs.get(this.lone.link) ?? blockBytes) >= blockBytes) return
    this.loneMs = smoothed(this.loneMs, now - this.lone.sentAt, tuning.uplinkWeight)
    this.lone = undefined
  }

  private sample(bytes: number, elapsedMs: number, stillWaits: boolean): void {
    this.easyMs = 0
    this.easyBytes = 0
    const waitedMs = (this.waitingMs ?? 0) + elapsedMs
    this.waitingMs = stillWaits ? waitedMs : undefined
    if (bytes === 0) return
    if (stillWaits) this.waitingMs = 0
    this.probe.left(bytes, waitedMs, this.now)
    this.busyMs += waitedMs
    this.busyBytes += bytes
    if (this.busyMs < tuning.uplinkSampleMs) return
    const measured = (this.busyBytes * 1000) / this.busyMs
    this.rate = smoothed(this.rate, measured, tuning.uplinkWeight)
    this.busyMs = 0
    this.busyBytes = 0
  }

  /**
   * Everything left, and would have left sooner: the line carries that much at least. But a line, and what sends into it,
   * can swallow some blocks at once, so only what left over a while tells.
   */
  private raise(bytes: number, elapsedMs: number): void {
    if (this.rate === undefined) return
    this.easyMs += elapsedMs
    this.easyBytes += bytes
    if (this.easyMs < tuning.uplinkRaiseMs) return
    this.rate = Math.max(this.rate, (this.easyBytes * 1000) / this.easyMs)
    this.easyMs = 0
    this.easyBytes = 0
  }

  /**
   * The other end of a link on which nothing moves is gone: that says nothing of the line, whose room is then for others. Told from
   * a line that is slow, on which everything waits for long, by what is sent later and leaves before.
   */
  private isStuck({ backlog, waitsSince }: Neighbour): boolean {
    if (backlog === 0 || this.now - waitsSince < tuning.stuckMs) return false
    const twoBlocksMs = (2 * blockBytes * 1000) / (this.rate ?? tuning.lineAssumed)
    return waitsSince < this.overtakenAt || this.now - this.movedAt >= Math.max(tuning.stuckMs, twoBlocksMs)
  }

  /** What has left of the block that is on its way, which send buffers show no sooner than all of it has. */
  private get leavingBytes(): number {
    return Math.min(((this.rate ?? 0) * (this.waitingMs ?? 0)) / 1000, blockBytes)
  }

  private get budget(): number {
    const windowMs = this.probe.found(this.now) ? (this.loneMs ?? 0) * tuning.backlogLoneShare : 0
    const budget = this.budgetFor(Math.max(tuning.backlogMs, windowMs))
    return this.probe.active ? 2 * Math.ceil(budget / blockBytes) * blockBytes : budget
  }

  private budgetFor(ms: number): number {
    if (this.rate === undefined) return tuning.backlogBytesUnknown
    return Math.min(Math.max((this.rate * ms) / 1000, 1), tuning.backlogBytesMax)
  }
}
