import { blockBytes, blockCount } from '../../../protocol/block.js'
import type { EngineContext } from './context.js'
import type { BlockRequest, Neighbour } from './neighbour.js'
import type { Giver, Supply } from './supply.js'
import type { Task } from './task.js'
import { tuning } from './tuning.js'

/** A block that could be asked for now. */
interface Candidate {
  readonly index: number
  /** How many could give it. */
  readonly holders: number
  /** Breaks ties: how far behind this member's own starting point the block lies, going round. */
  readonly turn: number
}

/**
 * Asks neighbours for blocks: the most urgent segment first, in it the rarest block first, of the giver that is
 * expected to answer soonest. Each block is asked of one neighbour at a time; what is late is asked elsewhere.
 */
export class BlockScheduler {
  /** When the next of the requests has waited long; nobody needs to be woken for it. */
  private slowAt = Number.POSITIVE_INFINITY
  /** No request is late before this. */
  private lateAt = Number.POSITIVE_INFINITY
  /** When the slow ones may be looked at again. */
  private movesAt = Number.NEGATIVE_INFINITY

  constructor(
    private readonly context: EngineContext,
    private readonly uploads: { readonly enabled: boolean },
  ) {}

  settle(now: number): void {
    this.giveUpLate(now)
    if (this.context.neighbours.size === 0) return
    this.moveSlow(now)
    const tasks: Task[] = []
    for (const task of this.context.tasks.values())
      if (!task.cdnOnly && task.recall !== 'done') tasks.push(task)
    if (tasks.length > 1) tasks.sort((a, b) => urgency(a) - urgency(b))
    for (const task of tasks) this.ask(task, now)
  }

  /** As `settle`, where nothing happened but that time passed. */
  settleSlow(now: number): void {
    if (now >= this.slowAt) this.moveSlow(now)
  }

  wakeAt(): number | undefined {
    return this.lateAt === Number.POSITIVE_INFINITY ? undefined : this.lateAt
  }

  /** Takes back the requests for a block (or all of a task's), because it came or comes from elsewhere. */
  cancel(task: Task, index?: number): void {
    // A block that came is mostly asked of nobody any more: then nobody's list need be searched.
    if (index !== undefined && this.context.supply(task.key)?.isAsked(index) !== true) return
    this.takeBack(task, (asked) => index === undefined || asked === index)
  }

  /** The blocks of a task that neighbours are expected to bring within so many ms, but for those that are overdue. */
  comingWithin(task: Task, ms: number, now: number): ReadonlySet<number> {
    const coming = new Set<number>()
    for (const neighbour of this.context.neighbours.values()) {
      const overdueMs = Math.max(ms, neighbour.expectedWaitMs * tuning.requestSlowdown)
      let ahead = 0
      for (const { request } of neighbour.waiting()) {
        ahead += 1
        if (neighbour.expectedMs(ahead) > ms) break
        if (request.key === task.key && now - request.askedAt <= overdueMs) coming.add(request.index)
      }
    }
    return coming
  }

  /** Takes back the requests for blocks that the CDN is sending: what is on its way already may still come. */
  cancelFetched(task: Task): void {
    this.takeBack(task, (asked) => task.fetching(asked))
  }

  /** Asks for the return of all requests of a task: what is refused will not come, and what is not is on its way. */
  recallAll(task: Task): void {
    for (const neighbour of this.context.neighbours.values()) {
      for (const { request } of neighbour.waiting())
        if (request.key === task.key) this.recall(neighbour, request)
    }
  }

  private takeBack(task: Task, concerns: (index: number) => boolean): void {
    for (const neighbour of this.context.neighbours.values()) {
      for (const { request } of neighbour.waiting()) {
        if (request.key !== task.key || !concerns(request.index)) continue
        this.recall(neighbour, request)
        neighbour.giveUp(request)
      }
    }
  }

  /** Asks for the return of what is late, which may be on its way; and gives it up where nobody answers. */
  private giveUpLate(now: number): void {
    if (now < this.lateAt) return
    this.lateAt = Number.POSITIVE_INFINITY
    for (const neighbour of this.context.neighbours.values()) {
      let anyLate = false
      for (const { request, state } of neighbour.waiting()) {
        if (now >= request.lateAt) {
          anyLate = true
          if (state !== 'waiting') {
            neighbour.giveUp(request)
            continue
          }
          this.recall(neighbour, request)
          request.lateAt = now + tuning.requestRefusalMs
        }
        this.lateAt = Math.min(this.lateAt, request.lateAt)
      }
      if (anyLate) neighbour.wasLate()
    }
  }

  /**
   * Asks for the return of what waits long at one neighbour and would come much sooner from another that has it by now.
   * It is asked of the other once the first has refused it: the block may be on its way already.
   */
  private moveSlow(now: number): void {
    if (now < this.movesAt) return
    this.movesAt = now + tuning.requestMoveIntervalMs
    this.slowAt = Number.POSITIVE_INFINITY
    let soonestMs = Number.POSITIVE_INFINITY
    for (const { expectedWaitMs } of this.context.neighbours.values()) {
      if (expectedWaitMs < soonestMs) soonestMs = expectedWaitMs
    }
    for (const neighbour of this.context.neighbours.values()) {
      let ahead = 0
      for (const { request, state } of neighbour.waiting()) {
        ahead += 1
        if (state !== 'waiting') continue
        const slowAt = request.askedAt + tuning.requestMoveAfterMs
        if (now < slowAt) {
          // Those behind were asked later.
          this.slowAt = Math.min(this.slowAt, slowAt)
          break
        }
        const thanMs = neighbour.expectedMs(ahead) * tuning.requestMoveShareMax
        if (soonestMs < thanMs && this.otherIsSooner(neighbour, request, thanMs)) {
          this.recall(neighbour, request)
        }
      }
    }
  }

  private recall(neighbour: Neighbour, request: BlockRequest): void {
    if (!neighbour.recall(request)) return
    const { handle, offset, length } = request
    this.context.emit({ kind: 'cancel-block', link: neighbour.link, handle, offset, length })
  }

  private otherIsSooner(neighbour: Neighbour, { key, index }: BlockRequest, thanMs: number): boolean {
    const supply = this.context.supply(key)
    if (supply === undefined) return false
    const holdersHere = neighbour.offer(key)?.holds(index) === true ? 1 : 0
    if (supply.holdersOf(index) === holdersHere) return false
    for (const { neighbour: other, offer } of supply.givers) {
      if (other === neighbour || other.expectedWaitMs >= thanMs) continue
      if (this.mayAsk({ neighbour: other, offer }, index)) return true
    }
    return false
  }

  private ask(task: Task, now: number): void {
    const supply = this.context.supply(task.key)
    if (supply === undefined || supply.givers.length === 0) return
    const { cell, neighbours } = this.context
    task.startShare ??= cell.startShare(task.segment, neighbours.values())
    const open = supply.givers.filter(({ neighbour }) => neighbour.room > 0)
    if (open.length === 0) return
    const found = candidates(task, supply, task.startShare)
    if (found.length === 0) return
    // What is rare is worth more to those who hand it on. Others gather what lies together, so that few holes are left.
    if (this.uploads.enabled) found.sort((a, b) => a.holders - b.holders || a.turn - b.turn)
    else found.sort((a, b) => a.turn - b.turn)
    for (const candidate of found) {
      const giver = this.soonest(open, candidate.index)
      if (giver === undefined) continue
      const { neighbour, offer } = giver
      const offset = candidate.index * blockBytes
      const length = offer.lengthOf(candidate.index)
      const { handle } = offer
      if (!neighbour.isTrusted) neighbour.onTrial(task.key)
      const lateAt = now + patienceMs(neighbour)
      this.slowAt = Math.min(this.slowAt, now + tuning.requestMoveAfterMs)
      this.lateAt = Math.min(this.lateAt, lateAt)
      neighbour.asked({ key: task.key, index: candidate.index, handle, offset, length, askedAt: now, lateAt })
      this.context.emit({ kind: 'request-block', link: neighbour.link, handle, offset, length })
      if (neighbour.room > 0) continue
      open.splice(open.indexOf(giver), 1)
      if (open.length === 0) return
    }
  }

  /** Of those who hold the block and may be asked, the one who is expected to answer first. */
  private soonest(givers: readonly Giver[], index: number): Giver | undefined {
    let best: Giver | undefined
    for (const giver of givers) {
      const { neighbour } = giver
      if (!this.mayAsk(giver, index)) continue
      if (best === undefined || neighbour.expectedWaitMs < best.neighbour.expectedWaitMs) best = giver
    }
    return best
  }

  /**
   * Blocks that come before their hash list cannot be judged yet. Of these no more are asked for than a neighbour has given
   * right ones, and as many as may be wrong: so whoever gives right blocks first and then turns has given more than it spoils.
   */
  private mayAsk({ neighbour, offer }: Giver, index: number): boolean {
    if (!offer.holds(index) || neighbour.room <= 0) return false
    return neighbour.isTrusted || this.unjudged(neighbour) < tuning.changedBlocksMax + neighbour.right
  }

  /** Blocks asked of it that are not known to be right. What belongs to a segment that is done with counts no more. */
  private unjudged({ trials }: Neighbour): number {
    let count = 0
    for (const [key, asked] of trials) {
      if (this.context.tasks.has(key)) count += asked
      else trials.delete(key)
    }
    return count
  }
}

/** What is missing, asked of nobody, and held by somebody. */
function candidates(task: Task, supply: Supply, startShare: number): Candidate[] {
  const { seenBlocks } = supply
  const end = Math.max(seenBlocks, blockCount(task.copy.toldBytes ?? 0))
  const start = Math.floor(startShare * end)
  const found: Candidate[] = []
  const { copy } = task
  const missingEnd = copy.missingEnd(seenBlocks)
  for (let index = 0; index < missingEnd; index += 1) {
    const holders = supply.holdersOf(index)
    if (holders === 0 || copy.holds(index) || supply.isAsked(index) || task.fetching(index)) continue
    found.push({ index, holders, turn: (index - start + end) % end })
  }
  return found
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
