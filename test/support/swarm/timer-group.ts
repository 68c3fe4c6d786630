/** Whoever sets timers. Those of one group see each other's state at once, and their timers fire in one order of time. */
export interface Actor {
  group: TimerGroup
}

export interface Timer {
  readonly at: number
  readonly order: number
  readonly actor: Actor
  /** Absent once it was called or cancelled. */
  callback: (() => void) | undefined
}

/** Timers due within so many milliseconds are kept together, and sorted when the first of them is due. */
const pageMs = 4

/**
 * The timers of some actors, by time, then by the order in which they were set. A calendar of pages, found by their numbers: so
 * setting, firing and cancelling cost about the same however many timers there are.
 */
export class TimerGroup {
  /** Everything due up to here has fired. */
  ranTo: number
  actors = 0
  private readonly pages = new Map<number, Timer[]>()
  /** The numbers of the pages, as a heap. */
  private readonly numbers: number[] = []
  /** The page whose timers fire now, in order; those before `fired` did. */
  private open: Timer[] = []
  private openNumber = Number.NEGATIVE_INFINITY
  private fired = 0

  /**
   * A group that is ahead goes through a turn after the others, and so much later than theirs. If it is half a turn ahead, what it
   * and the others set for each other need lie no further ahead than half a turn.
   */
  constructor(
    now: number,
    readonly aheadMs = 0,
  ) {
    this.ranTo = now + aheadMs
  }

  put(timer: Timer): void {
    const number = Math.floor(timer.at / pageMs)
    if (number === this.openNumber) {
      this.putOpen(timer)
      return
    }
    const page = this.pages.get(number)
    if (page !== undefined) {
      page.push(timer)
      return
    }
    this.pages.set(number, [timer])
    pushNumber(this.numbers, number)
  }

  /** The first timer that is due by then, which is gone from here. */
  next(until: number): Timer | undefined {
    for (;;) {
      const timer = this.open[this.fired]
      if (timer !== undefined) {
        if (timer.at > until) return undefined
        this.fired += 1
        return timer
      }
      const number = this.numbers[0]
      if (number === undefined || number * pageMs > until) return undefined
      popNumber(this.numbers)
      this.open = this.pages.get(number) ?? []
      this.pages.delete(number)
      this.openNumber = number
      this.fired = 0
      if (this.open.length > 1) this.open.sort(inOrder)
    }
  }

  /** Removes the timers for which this holds, and returns them. */
  remove(leaves: (timer: Timer) => boolean): Timer[] {
    const removed: Timer[] = []
    const stays = (timer: Timer): boolean => {
      if (!leaves(timer)) return true
      removed.push(timer)
      return false
    }
    this.open = this.open.slice(this.fired).filter(stays)
    this.fired = 0
    for (const [number, page] of this.pages) this.pages.set(number, page.filter(stays))
    return removed
  }

  /** The page is in order already: those that are due later move up. */
  private putOpen(timer: Timer): void {
    const { open } = this
    open.push(timer)
    let index = open.length - 1
    for (; index > this.fired; index -= 1) {
      const before = open[index - 1]
      if (before === undefined || inOrder(before, timer) <= 0) break
      open[index] = before
    }
    open[index] = timer
  }
}

function inOrder(a: Timer, b: Timer): number {
  return a.at - b.at || a.order - b.order
}

function pushNumber(heap: number[], number: number): void {
  let at = heap.length
  heap.push(number)
  while (at > 0) {
    const parent = (at - 1) >> 1
    const above = heap[parent] as number
    if (above <= number) break
    heap[at] = above
    at = parent
  }
  heap[at] = number
}

function popNumber(heap: number[]): void {
  const last = heap.pop() as number
  const { length } = heap
  if (length === 0) return
  let at = 0
  for (let child = 1; child < length; child = 2 * at + 1) {
    if (child + 1 < length && (heap[child + 1] as number) < (heap[child] as number)) child += 1
    const below = heap[child] as number
    if (below >= last) break
    heap[at] = below
    at = child
  }
  heap[at] = last
}
