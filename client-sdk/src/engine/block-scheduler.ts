import { blockBytes, blockCount, blockLength } from '../../../protocol/block.js'
import type { EngineContext } from './context.js'
import type { BlockRequest, Neighbour } from './neighbour.js'
import type { Offer } from './offer.js'
import type { Task } from './task.js'
import { tuning } from './tuning.js'

/** A block that could be asked for now, and who could give it. */
interface Candidate {
  readonly index: number
  readonly givers: readonly Giver[]
  /** Breaks ties: how far behind this member's own starting point the block lies, going round. */
  readonly turn: number
}

interface Giver {
  readonly neighbour: Neighbour
  readonly offer: Offer
}

/**
 * Asks neighbours for blocks: the most urgent segment first, in it the rarest block first, of the giver that is
 * expected to answer soonest. Each block is asked of one neighbour at a time; what is late is asked elsewhere.
 */
export class BlockScheduler {
  constructor(private readonly context: EngineContext) {}

  settle(now: number): void {
    this.giveUpLate(now)
    if (this.context.neighbours.size === 0) return
    const tasks = [...this.context.tasks.values()].filter((task) => !task.cdnOnly)
    tasks.sort((a, b) => urgency(a) - urgency(b))
    this.moveSlow(now)
    for (const task of tasks) this.ask(task, now)
  }

  wakeAt(): number | undefined {
    let earliest: number | undefined
    for (const neighbour of this.context.neighbours.values()) {
      for (const request of neighbour.waiting()) {
        if (earliest === undefined || request.lateAt < earliest) earliest = request.lateAt
      }
    }
    return earliest
  }

  /** Takes back the requests for a block (or all of a task's), because it came or comes from elsewhere. */
  cancel(task: Task, index?: number): void {
    for (const neighbour of this.context.neighbours.values()) {
      for (const request of neighbour.waiting()) {
        if (request.key !== task.key || (index !== undefined && request.index !== index)) continue
        this.recall(neighbour, request)
        neighbour.giveUp(request)
      }
    }
  }

  private giveUpLate(now: number): void {
    for (const neighbour of this.context.neighbours.values()) {
      for (const request of neighbour.waiting()) {
        if (now < request.lateAt) continue
        this.recall(neighbour, request)
        neighbour.giveUp(request)
        neighbour.wasLate()
      }
    }
  }

  /**
   * Asks for the return of what waits long at one neighbour and would come much sooner from another that has it by now.
   * It is asked of the other once the first has refused it: the block may be on its way already.
   */
  private moveSlow(now: number): void {
    for (const neighbour of this.context.neighbours.values()) {
      let ahead = 0
      for (const request of neighbour.waiting()) {
        ahead += 1
        if (now < request.askedAt + tuning.requestMoveAfterMs) continue
        const remainingMs = neighbour.expectedMs(ahead)
        if (!this.otherIsSooner(neighbour, request, remainingMs * tuning.requestMoveShareMax)) continue
        this.recall(neighbour, request)
      }
    }
  }

  private recall(neighbour: Neighbour, request: BlockRequest): void {
    if (!neighbour.recall(request)) return
    const { handle, offset, length } = request
    this.context.emit({ kind: 'cancel-block', link: neighbour.link, handle, offset, length })
  }

  private otherIsSooner(neighbour: Neighbour, request: BlockRequest, thanMs: number): boolean {
    for (const other of this.context.neighbours.values()) {
      if (other === neighbour || other.room <= 0 || other.expectedWaitMs >= thanMs) continue
      if (other.offer(request.key)?.holds(request.index) === true) return true
    }
    return false
  }

  private ask(task: Task, now: number): void {
    for (const candidate of this.candidates(task)) {
      const giver = soonest(candidate.givers)
      if (giver === undefined) continue
      const { neighbour, offer } = giver
      const offset = candidate.index * blockBytes
      const length =
        offer.wholeBytes === undefined ? blockBytes : blockLength(offer.wholeBytes, candidate.index)
      const { handle } = offer
      const lateAt = now + patienceMs(neighbour)
      neighbour.asked({ key: task.key, index: candidate.index, handle, offset, length, askedAt: now, lateAt })
      this.context.emit({ kind: 'request-block', link: neighbour.link, handle, offset, length })
    }
  }

  private candidates(task: Task): Candidate[] {
    const offers: Giver[] = []
    const waitedFor = new Set<number>()
    let seenBlocks = 0
    for (const neighbour of this.context.neighbours.values()) {
      for (const request of neighbour.waiting()) if (request.key === task.key) waitedFor.add(request.index)
      const offer = neighbour.offer(task.key)
      if (offer === undefined) continue
      offers.push({ neighbour, offer })
      seenBlocks = Math.max(seenBlocks, offer.seenBlocks)
    }
    if (offers.length === 0) return []
    const { cell, neighbours } = this.context
    task.startShare ??= cell.startShare(task.segment, neighbours.values())
    const end = Math.max(seenBlocks, blockCount(task.copy.toldBytes ?? 0))
    const start = Math.floor(task.startShare * end)
    const candidates: Candidate[] = []
    for (const index of task.copy.missing(seenBlocks)) {
      if (waitedFor.has(index) || task.fetching(index)) continue
      const givers = offers.filter((giver) => giver.offer.holds(index))
      if (givers.length > 0) candidates.push({ index, givers, turn: (index - start + end) % end })
    }
    return candidates.sort((a, b) => a.givers.length - b.givers.length || a.turn - b.turn)
  }
}

function soonest(givers: readonly Giver[]): Giver | undefined {
  let best: Giver | undefined
  for (const giver of givers) {
    if (giver.neighbour.room <= 0) continue
    if (best === undefined || giver.neighbour.expectedWaitMs < best.neighbour.expectedWaitMs) best = giver
  }
  return best
}

/** A slow neighbour is given the time that it has been taking, and some more, before the block is asked elsewhere. */
function patienceMs(neighbour: Neighbour): number {
  const expected = neighbour.expectedWaitMs * tuning.requestSlowdown
  return Math.min(Math.max(expected, tuning.requestTimeoutMs), tuning.requestTimeoutMsMax)
}

/** What the player waits for comes first, then what was begun first. */
function urgency(task: Task): number {
  return task.deadline ?? Number.MAX_SAFE_INTEGER / 2 + task.openedAt
}
