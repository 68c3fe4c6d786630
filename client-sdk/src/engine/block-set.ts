import type { BlockRun } from '../../../protocol/wire-messages.js'

/** So many indices share a word: few enough that every engine keeps words as small integers. */
const wordBits = 16

/** A set of block indices of one segment, small and dense: a member keeps one for each segment of each neighbour. Callers bound the indices. */
export class BlockSet {
  /** What is pushed to an empty array takes 17 places; these are enough for a MiB. */
  private readonly words: number[] = [0, 0, 0, 0]
  private members = 0

  get size(): number {
    return this.members
  }

  has(index: number): boolean {
    return ((this.words[Math.floor(index / wordBits)] ?? 0) & (1 << (index % wordBits))) !== 0
  }

  /** Returns false when the index was in the set already. */
  add(index: number): boolean {
    if (this.has(index)) return false
    const word = Math.floor(index / wordBits)
    while (this.words.length <= word) this.words.push(0)
    this.words[word] = (this.words[word] ?? 0) | (1 << (index % wordBits))
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
