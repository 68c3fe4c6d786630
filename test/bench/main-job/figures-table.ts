import { markdownTable, withDifference, withRatio, type Column } from '../markdown-table.js'
import type { RunFigures } from './measure-run.js'

interface Row {
  readonly run: RunFigures
  readonly plain: RunFigures | undefined
}

/** Every figure that has a twin in plain hls.js is followed by the ratio, or the difference, to it. */
const columns: readonly Column<Row>[] = [
  { title: 'viewers', cell: ({ run }) => String(run.viewers) },
  { title: 'player', cell: ({ run }) => (run.mode === 'plain' ? 'plain hls.js' : 'Prismesh') },
  {
    title: 'copies per segment',
    cell: ({ run }) => `${run.copies.toFixed(2)} (${run.segmentsCounted} segments)`,
  },
  {
    title: "witness's copies",
    cell: ({ run }) => (run.mode === 'plain' ? '-' : run.witnessCopies.toFixed(2)),
  },
  { title: 'stalls', cell: ({ run }) => String(run.stalls) },
  { title: 'fatal', cell: ({ run }) => String(run.fatalErrors) },
  {
    title: 'first frame',
    cell: ({ run, plain }) =>
      withRatio(run.firstFrameMs, plain?.firstFrameMs, (ms) => `${Math.round(ms)} ms`),
  },
  {
    title: 'behind live',
    cell: ({ run, plain }) => withDifference(run.latencySeconds, plain?.latencySeconds, 's'),
  },
  {
    title: 'CPU per viewer',
    cell: ({ run, plain }) =>
      withRatio(run.cpuPerViewer, plain?.cpuPerViewer, (share) => `${(share * 100).toFixed(1)} %`),
  },
  {
    title: 'memory per viewer',
    cell: ({ run, plain }) => withDifference(run.memoryPerViewerMB, plain?.memoryPerViewerMB, 'MB', 0),
  },
  {
    title: 'offload',
    cell: ({ run }) => (run.mode === 'plain' ? '-' : `${(run.offload * 100).toFixed(1)} %`),
  },
  { title: 'rescues', cell: ({ run }) => (run.mode === 'plain' ? '-' : String(run.rescues)) },
  {
    title: 'duplicates',
    cell: ({ run }) => (run.mode === 'plain' ? '-' : `${(run.duplicateShare * 100).toFixed(2)} %`),
  },
  { title: "viewers' count / origin's", cell: ({ run }) => agreement(run.cdnAgreement) },
  { title: 'given / taken', cell: ({ run }) => agreement(run.peerAgreement) },
]

/** The runs as a Markdown table; each run beside Prismesh's has the plain run before it as its yardstick. */
export function figuresTable(runs: readonly RunFigures[]): string {
  const rows = runs.map((run, index) => ({
    run,
    plain: run.mode === 'plain' ? undefined : runs.slice(0, index).findLast((each) => each.mode === 'plain'),
  }))
  return markdownTable(columns, rows)
}

function agreement(ratio: number | undefined): string {
  return ratio === undefined ? '-' : ratio.toFixed(4)
}
