/** The known name that a mistyped one most likely means: at most a third of its letters are wrong. */
export function closestName(given: string, known: Iterable<string>): string | undefined {
  let closest: string | undefined
  let least = Math.floor(given.length / 3) + 1
  for (const name of known) {
    if (Math.abs(name.length - given.length) >= least) continue
    const distance = editDistance(given.toLowerCase(), name.toLowerCase())
    if (distance >= least) continue
    closest = name
    least = distance
  }
  return closest
}

/** Letters to insert, delete or replace (Levenshtein, 1966), one row of the table at a time. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= to.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
