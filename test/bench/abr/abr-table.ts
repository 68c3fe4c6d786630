import { markdownTable, withDifference, withRatio, type Column } from '../markdown-table.js'
import type { AbrPhaseFigures } from './measure-abr.js'

interface Row {
  readonly run: AbrPhaseFigures
  readonly plain: AbrPhaseFigures | undefined
}

const columns: readonly Column<Row>[] = [
  { title: 'CDN, for each answer', cell: ({ run }) => mbit(run.cdnBitsPerSecond) },
  { title: 'player', cell: ({ run }) => (run.mode === 'plain' ? 'plain hls.js' : 'Prismesh') },
  {
    title: 'settles at',
    cell: ({ run, plain }) => withRatio(run.settledBitsPerSecond, plain?.settledBitsPerSecond, mbit),
  },
  { title: 'changes when settled, per viewer', cell: ({ run }) => run.settledSwitches.toFixed(1) },
  {
    title: 'first change after',
    cell: ({ run }) => (run.firstSwitchMs === undefined ? '-' : `${(run.firstSwitchMs / 1000).toFixed(1)} s`),
  },
  { title: 'stalls', cell: ({ run }) => String(run.stalls) },
  {
    title: 'behind live',
    cell: ({ run, plain }) => withDifference(run.latencySeconds, plain?.latencySeconds, 's', 1),
  },
  {
    title: 'copies per segment, of renditions in use',
    cell: ({ run }) => `${run.copies.toFixed(2)}, ${run.renditionsInUse.toFixed(1)}`,
  },
]

/** The phases as a Markdown table: each phase of plain hls.js, and Prismesh's same phase below it. */
export function abrTable(plain: readonly AbrPhaseFigures[], prismesh: readonly AbrPhaseFigures[]): string {
  const rows = plain.flatMap((run, phase): Row[] => {
    const own = prismesh[phase]
    return [{ run, plain: undefined }, ...(own === undefined ? [] : [{ run: own, plain: run }])]
  })
  return markdownTable(columns, rows)
}

function mbit(bitsPerSecond: number): string {
  return `${(bitsPerSecond / 1e6).toFixed(2)} Mbit/s`
}
