import { markdownTable, signed } from '../markdown-table.js'
import type { DigestFigures } from './measure-swarm.js'

/** One row without digests, and one for each delay of the witness beside it. */
export function digestTable(rows: readonly DigestFigures[]): string {
  const off = rows.find(({ witnessDelayMs }) => witnessDelayMs === undefined)
  const beside = (value: number, base: number | undefined, digits: number, unit = '') =>
    `${value.toFixed(digits)}${unit}${base === undefined ? '' : ` (${signed(value - base, digits)})`}`
  const compared = (row: DigestFigures, of: (each: DigestFigures) => number, digits: number, unit = '') =>
    beside(of(row), off === undefined || row === off ? undefined : of(off), digits, unit)
  return markdownTable<DigestFigures>(
    [
      {
        title: 'digests',
        cell: ({ witnessDelayMs }) =>
          witnessDelayMs === undefined ? 'off' : `required, ${witnessDelayMs} ms after birth`,
      },
      { title: 'copies per segment', cell: (row) => compared(row, ({ copies }) => copies, 2) },
      {
        title: 'birth to complete, median',
        cell: (row) => compared(row, (each) => each.completeMedianMs, 0, ' ms'),
      },
      { title: '99 %', cell: (row) => compared(row, (each) => each.completeP99Ms, 0, ' ms') },
      { title: 'stalls', cell: ({ stalls }) => String(stalls) },
      { title: 'rescues', cell: ({ rescues }) => String(rescues) },
      { title: 'digest traffic', cell: ({ digestShare }) => percent(digestShare) },
      { title: 'hashed bytes / media bytes', cell: ({ hashedShare }) => hashedShare.toFixed(2) },
    ],
    rows,
  )
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`
}
