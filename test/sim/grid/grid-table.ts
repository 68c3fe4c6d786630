import { paddedTable } from '../padded-table.js'
import type { PointResult } from './grid-point.js'

/** What a live engine is to reach at every point, at least. */
const efficiencyMin = 0.95

const columns = [
  'Mbit/s',
  'willing',
  'offload',
  'efficiency',
  'least',
  'copies per cell',
  'stalls',
  'rescues',
  'duplicates',
  'complete, 99 %',
  'CPU / virtual',
  '',
]

/** One row for each bit rate and share of willing viewers: means over the seeds, and the least efficiency. */
export function gridTable(results: readonly PointResult[]): string {
  const points = new Map<string, PointResult[]>()
  for (const result of results) {
    const { bitsPerSecond, willingShare } = result.options
    const name = `${bitsPerSecond} ${willingShare}`
    points.set(name, [...(points.get(name) ?? []), result])
  }
  return paddedTable(columns, [...points.values()].map(row))
}

function row(results: readonly PointResult[]): string[] {
  const [first] = results
  if (first === undefined) return []
  const mean = (pick: (result: PointResult) => number): number =>
    results.reduce((sum, result) => sum + pick(result), 0) / results.length
  const least = Math.min(...results.map(({ efficiency }) => efficiency))
  const broken = results.some(({ problems }) => problems.length > 0)
  return [
    String(first.options.bitsPerSecond / 1_000_000),
    percent(first.options.willingShare),
    percent(mean(({ offload }) => offload)),
    percent(mean(({ efficiency }) => efficiency)),
    percent(least),
    mean(({ copiesPerCell }) => copiesPerCell).toFixed(2),
    mean(({ stalls }) => stalls).toFixed(1),
    mean(({ rescues }) => rescues).toFixed(0),
    percent(mean(({ duplicates }) => duplicates)),
    percent(mean(({ completeP99Share }) => completeP99Share)),
    mean(({ cpuMs, virtualMs }) => cpuMs / virtualMs).toFixed(2),
    broken ? 'a rule was broken' : least < efficiencyMin ? 'below the bar' : '',
  ]
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
