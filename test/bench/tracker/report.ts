import { markdownTable, withRatio } from '../markdown-table.js'
import type { ServerName } from './bench-server.js'
import type { LoadProtocol } from './load/plan.js'
import { linkBarMicroseconds, linksPerJoin, rows, type Figure, type Row, type RowName } from './rows.js'

interface Line {
  readonly title: string
  readonly theirs: number | undefined
  readonly ours: number
  readonly unit: string
  readonly bar: string
}

/** The table of all figures, medians over the rounds. */
export function trackerTable(figures: readonly Figure[]): string {
  const names = [...new Set(figures.map(({ row }) => row))]
  const lines = names.flatMap((name) => linesOf(name, figures))
  lines.push(
    ...linkLine(
      figures,
      'join-links',
      'one link (offer and answer, each with its candidates): CPU-microseconds',
    ),
    ...linkLine(
      figures,
      'join-late',
      'the same, and a later batch of candidates from each side: CPU-microseconds',
    ),
  )
  return markdownTable<Line>(
    [
      { title: 'figure', cell: ({ title }) => title },
      {
        title: 'bittorrent-tracker',
        cell: ({ theirs, unit }) => (theirs === undefined ? '-' : shown(theirs, unit)),
      },
      {
        title: 'Prismesh',
        cell: ({ ours, theirs, unit }) => withRatio(ours, theirs, (value) => shown(value, unit)),
      },
      { title: 'bar', cell: ({ bar }) => bar },
    ],
    lines,
  )
}

function linesOf(name: RowName, figures: readonly Figure[]): Line[] {
  const row: Row = rows[name]
  const theirs = median(figures, name, 'bittorrent-tracker', 'webtorrent')
  return row.protocols.prismesh.flatMap((protocol) => {
    const ours = median(figures, name, 'prismesh', protocol)
    if (ours === undefined) return []
    const spoken = row.protocols.prismesh.length > 1 ? `${row.title} (${protocol})` : row.title
    return [{ title: spoken, theirs, ours, unit: row.unit, bar: judged(row, ours, theirs) }]
  })
}

/** What a link costs: visits with links less the same visits without. */
function linkLine(figures: readonly Figure[], row: RowName, title: string): Line[] {
  const alone = median(figures, 'join-alone', 'prismesh', 'native')
  const linked = median(figures, row, 'prismesh', 'native')
  if (alone === undefined || linked === undefined) return []
  const ours = (linked - alone) / linksPerJoin
  const bar = row === 'join-links' ? verdict(ours, linkBarMicroseconds) : '-'
  return [{ title, theirs: undefined, ours, unit: 'us', bar }]
}

function judged({ bar }: Row, ours: number, theirs: number | undefined): string {
  if (bar === undefined) return '-'
  if ('atMost' in bar) return verdict(ours, bar.atMost)
  return theirs === undefined ? '-' : verdict(ours / theirs, bar.timesTheirs, ' x')
}

function verdict(value: number, most: number, unit = ''): string {
  return `${value <= most ? '✓' : '✗'} <= ${most}${unit}`
}

function median(
  figures: readonly Figure[],
  row: RowName,
  server: ServerName,
  protocol: LoadProtocol,
): number | undefined {
  const values = figures
    .filter((figure) => figure.row === row && figure.server === server && figure.protocol === protocol)
    .map(({ value }) => value)
    .sort((one, other) => one - other)
  return values[Math.floor(values.length / 2)]
}

function shown(value: number, unit: string): string {
  return unit === 's' ? value.toFixed(2) : unit === 'ms' ? `${value.toFixed(1)} ms` : value.toFixed(0)
}
