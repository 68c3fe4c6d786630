import { markdownTable, withRatio } from '../markdown-table.js'
import type { ServerName } from './bench-server.js'
import type { LoadProtocol } from './load/plan.js'
import { linkBarMicroseconds, linksPerJoin, rows, type Figure, type Row, type RowName } from './rows.js'

interface Line {
  readonly title: string
  readonly theirs: number | undefined
  readonly ours: number
  /** What is usual, where the figures are what is rare. */
  readonly usual?: { readonly theirs: number | undefined; readonly ours: number | undefined }
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
        cell: ({ theirs, unit, usual }) =>
          theirs === undefined ? '-' : `${beside(usual?.theirs)}${shown(theirs, unit)}`,
      },
      {
        title: 'Prismesh',
        cell: ({ ours, theirs, unit, usual }) =>
          `${beside(usual?.ours)}${withRatio(ours, theirs, (value) => shown(value, unit))}`,
      },
      { title: 'bar', cell: ({ bar }) => bar },
    ],
    lines,
  )
}

function linesOf(name: RowName, figures: readonly Figure[]): Line[] {
  const row: Row = rows[name]
  const { title, unit, usualOf, yardstick = name } = row
  const value = ({ value: measured }: Figure) => measured
  const usual = usualOf && (({ result }: Figure) => usualOf(result))
  const theirs = figures.filter(isOf(yardstick, 'bittorrent-tracker', 'webtorrent'))
  const theirValue = median(theirs, value)
  return row.protocols.prismesh.flatMap((protocol) => {
    const own = figures.filter(isOf(name, 'prismesh', protocol))
    const ours = median(own, value)
    if (ours === undefined) return []
    return [
      {
        title: usual ? `${title}: 50th / 99th percentile` : title,
        theirs: theirValue,
        ours,
        ...(usual ? { usual: { theirs: median(theirs, usual), ours: median(own, usual) } } : {}),
        unit,
        bar: judged(row, ours, theirValue),
      },
    ]
  })
}

/** What a link costs: visits with links less the same visits without. */
function linkLine(figures: readonly Figure[], row: RowName, title: string): Line[] {
  const value = ({ value: measured }: Figure) => measured
  const alone = median(figures.filter(isOf('join-alone', 'prismesh', 'native')), value)
  const linked = median(figures.filter(isOf(row, 'prismesh', 'native')), value)
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

function isOf(row: string, server: ServerName, protocol: LoadProtocol): (figure: Figure) => boolean {
  return (figure) => figure.row === row && figure.server === server && figure.protocol === protocol
}

function median(figures: readonly Figure[], valueOf: (figure: Figure) => number): number | undefined {
  const values = figures.map(valueOf).sort((one, other) => one - other)
  return values[Math.floor(values.length / 2)]
}

/** In milliseconds, before the figure that it belongs to. */
function beside(usual: number | undefined): string {
  return usual === undefined ? '' : `${usual.toFixed(1)} / `
}

function shown(value: number, unit: string): string {
  return unit === 's' ? value.toFixed(2) : unit === 'ms' ? `${value.toFixed(1)} ms` : value.toFixed(0)
}
