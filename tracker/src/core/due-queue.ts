const none: readonly never[] = []

/**
 * Timers that all run equally long. Because time does not go back, the order of entry is the order of expiry: a
 * map in insertion order is all it takes, and adding, cancelling and finding the next are O(1).
 */
export class DueQueue<Key> {
  private readonly dueTimes = new Map<Key, number>()

  constructor(private readonly delayMs: number) {}

  /** Starts a timer; one that runs already goes on as it is. */
  add(now: number, key: Key): void {
    if (!this.dueTimes.has(key)) this.dueTimes.set(key, now + this.delayMs)
  }

  cancel(key: Key): void {
    this.dueTimes.delete(key)
  }

  get size(): number {
    return this.dueTimes.size
  }

  /** Removes the first timer before its time and returns what it was for. */
  takeFirst(): Key | undefined {
    for (const key of this.dueTimes.keys()) {
      this.dueTimes.delete(key)
      return key
    }
    return undefined
  }

  /** When the first timer ends. */
  wakeAt(): number | undefined {
    for (const due of this.dueTimes.values()) return due
    return undefined
  }

  /** Removes the timers that have ended and returns what they were for. */
  takeDue(now: number): readonly Key[] {
    if (this.dueTimes.size === 0) return none
    const ended: Key[] = []
    for (const [key, due] of this.dueTimes) {
      if (due > now) break
      this.dueTimes.delete(key)
      ended.push(key)
    }
    return ended
  }
}
