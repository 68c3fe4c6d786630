import type { Watcher } from './watcher.js'

/** Fewer than this of one class, and a tenth of them means nothing. */
const groupMin = 10

/**
 * How unevenly those with the same uplink upload: the mean of the busiest tenth over the mean of all, in the class of
 * uplinks where it is worst. Undefined where no class has enough members that upload.
 */
export function unevenness(watchers: Iterable<Watcher>): number | undefined {
  const groups = new Map<number, number[]>()
  for (const { person, totals } of watchers) {
    if (!person.willing || person.fault !== 'none') continue
    const group = groups.get(person.uplink.kind) ?? []
    group.push(totals.uploadedBytes)
    groups.set(person.uplink.kind, group)
  }
  const ratios = [...groups.values()].filter(({ length }) => length >= groupMin).map(ratioOf)
  return ratios.length === 0 ? undefined : Math.max(...ratios)
}

function ratioOf(uploads: number[]): number {
  const busiest = uploads.toSorted((a, b) => b - a).slice(0, Math.ceil(uploads.length / 10))
  const all = mean(uploads)
  return all === 0 ? 1 : mean(busiest) / all
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
