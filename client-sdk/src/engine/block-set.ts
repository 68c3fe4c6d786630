import type { BlockRun } from '../../../protocol/wire-messages.js'

/** A set of block indices of one segment, small and dense. Grows as needed; callers bound the indices. */
export class BlockSet {
  private flags = new Uint8Array(32)
  private members = 0

  get size(): number {
    return this.members
  }

  has(index: number): boolean {
    return this.flags[index] === 1
  }

  /** Returns false when the index was in the set already. */
  add(index: number): boolean {
    if (this.flags[index] === 1) return false
    if (index >= this.flags.length) {
      const grown = new Uint8Array(Math.max(index + 1, this.flags.length * 2))
      grown.set(this.flags)
      this.flags = grown
    }
    this.flags[index] = 1
    this.members += 1
    return true
  }
}

/** Rising block indices, without those left out, as runs of consecutive ones. */
export function runsWithout(rising: readonly number[], leftOut: (index: number) => boolean): BlockRun[] {
  const runs: { first: number; count: number }[] = []
  let last: { first: number; count: number } | undefined
  for (const index of rising) {
    if (leftOut(index)) continue
    if (last !== undefined && index === last.first + last.count) last.count += 1
    else runs.push((last = { first: index, count: 1 }))
  }
  return runs
}
