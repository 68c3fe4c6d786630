import type { Clock } from '../../../client-sdk/src/ports/clock.js'
import { TraceHash } from './trace-hash.js'

interface Timer {
  readonly at: number
  readonly order: number
  /** Absent once it was called or cancelled. */
  callback: (() => void) | undefined
}

/** Cancelled timers stay in the heap until they are due or outnumber the others; fewer than this never matter. */
const cancelledMin = 1024

/**
 * Time that passes only when a test says so. Timers due at the same moment fire in the order they were set. A binary
 * heap: setting and firing cost the logarithm of the timers there are, cancelling costs nothing.
 */
export class VirtualClock implements Clock {
  /** Every moment at which something happened, and the order in which it did. */
  readonly trace = new TraceHash()
  private time = 0
  private order = 0
  private cancelled = 0
  private heap: Timer[] = []

  now(): number {
    return this.time
  }

  wake(at: number, callback: () => void): () => void {
    if (Number.isNaN(at)) throw new Error('a timer was set for no time')
    this.order += 1
    const timer: Timer = { at: Math.max(at, this.time), order: this.order, callback }
    this.heap.push(timer)
    this.rise(this.heap.length - 1, timer)
    return () => {
      if (timer.callback === undefined) return
      timer.callback = undefined
      this.cancelled += 1
      if (this.cancelled > cancelledMin && this.cancelled * 2 > this.heap.length) this.removeCancelled()
    }
  }

  /** Timers not yet fired nor cancelled. */
  get pending(): number {
    return this.heap.length - this.cancelled
  }

  /** Lets time pass up to `until`, firing what is due in order. Throws when a moment never ends. */
  runUntil(until: number): void {
    let firedAtOnce = 0
    for (let next = this.heap[0]; next !== undefined && next.at <= until; next = this.heap[0]) {
      this.removeFirst()
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

  private removeFirst(): void {
    const last = this.heap.pop()
    if (last !== undefined && this.heap.length > 0) this.sink(0, last)
  }

  private rise(from: number, timer: Timer): void {
    const { heap } = this
    let index = from
    while (index > 0) {
      const parentIndex = (index - 1) >> 1
      const parent = heap[parentIndex]
      if (parent === undefined || isBefore(parent, timer)) break
      heap[index] = parent
      index = parentIndex
    }
    heap[index] = timer
  }

  private sink(from: number, timer: Timer): void {
    const { heap } = this
    let index = from
    for (;;) {
      let childIndex = 2 * index + 1
      let child = heap[childIndex]
      if (child === undefined) break
      const right = heap[childIndex + 1]
      if (right !== undefined && isBefore(right, child)) {
        child = right
        childIndex += 1
      }
      if (isBefore(timer, child)) break
      heap[index] = child
      index = childIndex
    }
    heap[index] = timer
  }

  private removeCancelled(): void {
    this.heap = this.heap.filter(({ callback }) => callback !== undefined)
    this.cancelled = 0
    for (let index = (this.heap.length >> 1) - 1; index >= 0; index -= 1) {
      const timer = this.heap[index]
      if (timer !== undefined) this.sink(index, timer)
    }
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}
