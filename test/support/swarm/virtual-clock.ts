import type { Clock } from '../../../client-sdk/src/ports/clock.js'
import { TraceHash } from './trace-hash.js'

interface Timer {
  readonly at: number
  readonly order: number
  /** Absent once it was called or cancelled. */
  callback: (() => void) | undefined
}

/** Cancelled timers stay in their places until they are due or outnumber the others; fewer than this never matter. */
const cancelledMin = 1024

/** So many milliseconds have a place each: about as far ahead as most timers are set. */
const pageMs = 4096

/**
 * Time that passes only when a test says so. Timers due at the same moment fire in the order they were set. A calendar: a
 * page with a place for each millisecond, and piles for the pages to come. So setting, firing and cancelling cost the
 * same however many timers there are, where a heap's cost grows with the logarithm and with a cache miss at each step.
 */
export class VirtualClock implements Clock {
  /** Every moment at which something happened, and the order in which it did. */
  readonly trace = new TraceHash()
  private time = 0
  private order = 0
  private cancelled = 0
  private timers = 0
  private page = 0
  private places: Timer[][] = Array.from({ length: pageMs }, () => [])
  private readonly later = new Map<number, Timer[]>()
  /** The place of the page whose timers fire now, in order; those before `fired` did. No place is left behind with any. */
  private place = 0
  private fired = 0

  now(): number {
    return this.time
  }

  wake(at: number, callback: () => void): () => void {
    const timer = this.call(at, callback)
    return () => {
      if (timer.callback === undefined) return
      timer.callback = undefined
      this.cancelled += 1
      if (this.cancelled > cancelledMin && this.cancelled * 2 > this.timers) this.removeCancelled()
    }
  }

  /** As `wake`, for what is never cancelled: it makes no function for that. */
  call(at: number, callback: () => void): Timer {
    if (Number.isNaN(at)) throw new Error('a timer was set for no time')
    this.order += 1
    const timer: Timer = { at: Math.max(at, this.time), order: this.order, callback }
    this.timers += 1
    this.put(timer)
    return timer
  }

  /** Timers not yet fired nor cancelled. */
  get pending(): number {
    return this.timers - this.cancelled
  }

  /** Lets time pass up to `until`, firing what is due in order. Throws when a moment never ends. */
  runUntil(until: number): void {
    let firedAtOnce = 0
    for (let next = this.next(until); next !== undefined; next = this.next(until)) {
      this.fired += 1
      this.timers -= 1
      const { callback } = next
      if (callback === undefined) {
        this.cancelled -= 1
        continue
      }
      firedAtOnce = next.at > this.time ? 0 : firedAtOnce + 1
      if (firedAtOnce > 1_000_000) throw new Error(`time stands still at ${this.time} ms`)
      this.time = next.at
      this.trace.add(next.at)
      this.trace.add(next.order)
      next.callback = undefined
      callback()
    }
    this.time = until
  }

  private put(timer: Timer): void {
    const page = Math.floor(timer.at / pageMs)
    if (page !== this.page) {
      const pile = this.later.get(page)
      if (pile === undefined) this.later.set(page, [timer])
      else pile.push(timer)
      return
    }
    const place = Math.floor(timer.at) - page * pageMs
    const timers = this.places[place] ?? []
    timers.push(timer)
    if (place !== this.place) return
    // The place is in order already: those that are due later move up.
    let index = timers.length - 1
    for (; index > this.fired; index -= 1) {
      const before = timers[index - 1]
      if (before === undefined || before.at <= timer.at) break
      timers[index] = before
    }
    timers[index] = timer
  }

  /** The first timer that is due by then. */
  private next(until: number): Timer | undefined {
    for (;;) {
      const timer = this.places[this.place]?.[this.fired]
      if (timer !== undefined) return timer.at <= until ? timer : undefined
      if (this.page * pageMs + this.place + 1 > until) return undefined
      this.places[this.place] = []
      this.fired = 0
      if (this.place + 1 < pageMs) this.open(this.place + 1)
      else if (!this.turnPage(until)) return undefined
    }
  }

  private open(place: number): void {
    this.place = place
    this.fired = 0
    const timers = this.places[place]
    // Sorting keeps the order in which those of one moment were set.
    if (timers !== undefined && timers.length > 1) timers.sort((a, b) => a.at - b.at)
  }

  /** Goes on to the next page that has timers. Returns false when none has that begins by then. */
  private turnPage(until: number): boolean {
    let page = Number.POSITIVE_INFINITY
    for (const each of this.later.keys()) if (each < page) page = each
    if (page * pageMs > until || page === Number.POSITIVE_INFINITY) return false
    const pile = this.later.get(page) ?? []
    this.later.delete(page)
    this.page = page
    this.place = -1
    for (const timer of pile) this.put(timer)
    this.open(0)
    return true
  }

  private removeCancelled(): void {
    const isSet = ({ callback }: Timer): boolean => callback !== undefined
    this.places = this.places.map((timers, place) =>
      timers.filter((timer, index) => (place === this.place && index < this.fired) || isSet(timer)),
    )
    for (const [page, pile] of this.later) this.later.set(page, pile.filter(isSet))
    this.timers -= this.cancelled
    this.cancelled = 0
  }
}
