/** A few of the members of a cell, who are told what all are to get from them, others with every segment; and the rest. */
export function byTurns<Reader>(
  members: readonly Reader[],
  count: number,
  sequence: number,
): readonly [few: readonly Reader[], rest: readonly Reader[]] {
  const { length } = members
  const first = (sequence * count) % Math.max(length, 1)
  const isOfFew = (index: number) => (index - first + length) % length < count
  return [members.filter((_, index) => isOfFew(index)), members.filter((_, index) => !isOfFew(index))]
}
