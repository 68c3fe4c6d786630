import type { PointResult } from '../grid/grid-point.js'
import { paddedTable } from '../padded-table.js'

/** One constant of the tuning, and what came of half of it and of twice of it; absent where that run failed. */
export interface SweepRow {
  readonly name: string
  readonly value: number
  readonly half: PointResult
  readonly twice: PointResult
}

const titles = [
  'constant',
  'ships as',
  'offload at half / twice',
  'complete, median',
  'complete, 99 %',
  'rescues',
  'duplicates',
]

/** One row for each constant that changes anything, and the run as it ships in front of them. */
export function sweepTable(asIs: PointResult, rows: readonly SweepRow[]): string {
  const figures = ({ offload, completeMedianMs, completeP99Ms, rescues, duplicates }: PointResult) => [
    percent(offload),
    seconds(completeMedianMs),
    seconds(completeP99Ms),
    String(rescues),
    percent(duplicates),
  ]
  const lines = rows
    .filter(({ half, twice }) => half.trace !== asIs.trace || twice.trace !== asIs.trace)
    .map(({ name, value, half, twice }) => {
      const [halves, twices] = [figures(half), figures(twice)]
      return [
        `\`${name}\``,
        String(value),
        ...halves.map((figure, column) => `${figure} / ${twices[column]}`),
      ]
    })
  return paddedTable(titles, [['all as they ship', '', ...figures(asIs)], ...lines])
}

/** The constants that change nothing in this run: bounds that are not met, and what it has no occasion for. */
export function unmoved(asIs: PointResult, rows: readonly SweepRow[]): readonly string[] {
  return rows
    .filter(({ half, twice }) => half.trace === asIs.trace && twice.trace === asIs.trace)
    .map(({ name }) => name)
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}
