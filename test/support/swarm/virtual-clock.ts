import type { Clock } from '../../../client-sdk/src/ports/clock.js'
import { TimerGroup, type Actor, type Timer } from './timer-group.js'
import { TraceHash } from './trace-hash.js'

/** Cancelled timers stay in their places until they are due or outnumber the others; fewer than this never matter. */
const cancelledMin = 1024

/**
 * Time that passes only when a test says so. Timers due at the same moment fire in the order they were set.
 *
 * Actors may be put in groups, each of which goes through a turn of time by itself before the next group does. Then only the
 * state of one group is needed for many events in a row, and is found in the processor's caches, where all that happens
 * anywhere, in order of time, finds nothing there. What an actor sets for one of another group has to lie as far ahead as a turn
 * is long; what is set for sooner may happen when that turn is over.
 */
export class VirtualClock implements Clock {
  /** Every moment at which something happened, and the order in which it did. */
  readonly trace = new TraceHash()
  private time = 0
  private order = 0
  private cancelled = 0
  private timers = 0
  private readonly groups = new Set<TimerGroup>()
  private running: TimerGroup | undefined
  private moves: (readonly [actor: Actor, group: TimerGroup])[] = []
  private turnFrom = 0
  private current: Actor

  /** How long a turn is. Infinity: everyone is in one group. */
  constructor(readonly turnMs = Number.POSITIVE_INFINITY) {
    this.current = this.actorIn(this.newGroup())
  }

  now(): number {
    return this.time
  }

  /** Who acts now: whatever timers are set are this actor's, unless another one is named. */
  get actor(): Actor {
    return this.current
  }

  /** Whether actors may be in different groups. */
  get hasTurns(): boolean {
    return this.turnMs !== Number.POSITIVE_INFINITY
  }

  /** An actor, where there are turns in a group of its own: see {@link TimerGroup.aheadMs}. */
  newActor(aheadMs = 0): Actor {
    return this.actorIn(this.hasTurns ? this.newGroup(aheadMs) : this.current.group)
  }

  newGroup(aheadMs = 0): TimerGroup {
    return new TimerGroup(this.turnFrom, aheadMs)
  }

  /** When the turn is over, the actor and its timers go to this group. */
  move(actor: Actor, group: TimerGroup): void {
    if (actor.group !== group) this.moves.push([actor, group])
  }

  /** Lets the actor do something: at once if its group has come to this moment, else when it has. */
  as(actor: Actor, act: () => void): void {
    if (this.running !== undefined && actor.group !== this.running) {
      this.call(this.time, act, actor)
      return
    }
    const { current } = this
    this.current = actor
    act()
    this.current = current
  }

  wake(at: number, callback: () => void, actor = this.current): () => void {
    const timer = this.call(at, callback, actor)
    return () => {
      if (timer.callback === undefined) return
      timer.callback = undefined
      this.cancelled += 1
      if (this.cancelled > cancelledMin && this.cancelled * 2 > this.timers) this.removeCancelled()
    }
  }

  /** As `wake`, for what is never cancelled: it makes no function for that. */
  call(at: number, callback: () => void, actor = this.current): Timer {
    if (Number.isNaN(at)) throw new Error('a timer was set for no time')
    this.order += 1
    const { group } = actor
    const earliest = group === this.running ? this.time : group.ranTo
    const timer: Timer = { at: Math.max(at, earliest), order: this.order, actor, callback }
    this.timers += 1
    group.put(timer)
    return timer
  }

  /** Timers not yet fired nor cancelled. */
  get pending(): number {
    return this.timers - this.cancelled
  }

  /** Lets time pass up to `until`, firing what is due in order. Throws when a moment never ends. */
  runUntil(until: number): void {
    const { current } = this
    do {
      const end = Math.min(until, this.turnFrom + this.turnMs)
      for (const group of this.groups) if (group.aheadMs === 0) this.run(group, end)
      for (const group of this.groups) if (group.aheadMs > 0) this.run(group, end + group.aheadMs)
      this.current = current
      this.time = end
      this.turnFrom = end
      this.makeMoves()
    } while (this.turnFrom < until)
  }

  private run(group: TimerGroup, until: number): void {
    let firedAtOnce = 0
    this.running = group
    this.time = group.ranTo
    for (let next = group.next(until); next !== undefined; next = group.next(until)) {
      this.timers -= 1
      const { callback } = next
      if (callback === undefined) {
        this.cancelled -= 1
        continue
      }
      firedAtOnce = next.at > this.time ? 0 : firedAtOnce + 1
      if (firedAtOnce > 1_000_000) throw new Error(`time stands still at ${this.time} ms`)
      this.time = next.at
      this.current = next.actor
      this.trace.add(next.at)
      this.trace.add(next.order)
      next.callback = undefined
      callback()
    }
    group.ranTo = until
    this.running = undefined
  }

  private actorIn(group: TimerGroup): Actor {
    const actor = { group }
    this.enter(actor, group)
    return actor
  }

  private enter(actor: Actor, group: TimerGroup): void {
    actor.group = group
    group.actors += 1
    if (this.groups.has(group)) return
    this.groups.add(group)
    group.ranTo = this.turnFrom + group.aheadMs
  }

  private makeMoves(): void {
    const { moves } = this
    if (moves.length === 0) return
    this.moves = []
    for (const [actor, group] of moves) {
      const before = actor.group
      this.enter(actor, group)
      for (const timer of before.remove((each) => each.actor === actor)) group.put(timer)
      before.actors -= 1
      if (before.actors === 0) this.groups.delete(before)
    }
  }

  private removeCancelled(): void {
    for (const group of this.groups) group.remove(({ callback }) => callback === undefined)
    this.timers -= this.cancelled
    this.cancelled = 0
  }
}
