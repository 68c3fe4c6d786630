import type { MemberId } from '../../../protocol/ids.js'

/** One half of a pair, as the other half sees it. */
interface Paired {
  readonly id: MemberId
}

/**
 * The members that one member is paired with, who are few: at most 32. An array, because a map of so few costs 900 bytes
 * for each member, and a look through it no less time.
 */
export class Pairings<Other extends Paired> {
  private others: Other[] = []

  get size(): number {
    return this.others.length
  }

  has(id: MemberId): boolean {
    return this.get(id) !== undefined
  }

  get(id: MemberId): Other | undefined {
    return this.others.find((other) => other.id === id)
  }

  /** The caller has made sure that they are no pair yet. */
  add(other: Other): void {
    // Not by push, which would make room for 17 more.
    this.others = this.others.concat(other)
  }

  delete(id: MemberId): void {
    const index = this.others.findIndex((other) => other.id === id)
    if (index < 0) return
    const last = this.others.pop()
    if (last !== undefined && index < this.others.length) this.others[index] = last
  }

  values(): readonly Other[] {
    return this.others
  }

  clear(): void {
    this.others = []
  }
}
