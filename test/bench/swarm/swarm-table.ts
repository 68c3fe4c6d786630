import { markdownTable, signed, type Column } from '../markdown-table.js'
import { mean } from '../run-figures.js'
import { judge, type Judgement, type Judgements } from './judgement.js'
import { shapes, type SwarmShape } from './shapes.js'
import type { SwarmFigures } from './swarm-figures.js'
import { playerNames, shares, type SwarmPlayer } from './swarm-player.js'

interface Row {
  readonly run: SwarmFigures
  readonly plain: SwarmFigures | undefined
  readonly channel: SwarmFigures | undefined
  readonly judged: Partial<Judgements>
}

const columns: readonly Column<Row>[] = [
  { title: 'shape', cell: ({ run }) => run.shape },
  { title: 'player', cell: ({ run }) => playerNames[run.player] },
  {
    title: 'copies per segment',
    cell: ({ run, judged }) =>
      marked(`${run.copies.toFixed(2)} (${run.segmentsCounted} segments)`, judged.copies, (most) =>
        most.toFixed(2),
      ),
  },
  { title: "witness's copies", cell: (row) => sharers(row, ({ witnessCopies }) => witnessCopies.toFixed(2)) },
  {
    title: 'offload by origin',
    cell: ({ run, plain }) => (plain === undefined ? '-' : percent(1 - run.copies / plain.copies)),
  },
  { title: 'as they say', cell: (row) => sharers(row, ({ offload }) => percent(offload)) },
  {
    title: 'stalls',
    cell: ({ run, judged }) =>
      marked(
        String(run.stalls) +
          (judged.stallsAdded === undefined ? '' : ` (${signed(judged.stallsAdded.value, 0)})`),
        judged.stallsAdded,
        (most) => signed(most, 0),
      ),
  },
  { title: 'after the warm-up', cell: ({ run }) => String(run.stallsInSpan) },
  { title: 'fatal', cell: ({ run }) => String(run.fatalErrors) },
  {
    title: 'behind live',
    cell: ({ run, judged }) =>
      marked(
        `${run.latencySeconds.toFixed(2)} s` +
          (judged.latency === undefined ? '' : ` (${signed(judged.latency.value)} s)`),
        judged.latency,
        (most) => `${signed(most)} s`,
      ),
  },
  {
    title: 'first frame',
    cell: ({ run, judged }) =>
      marked(`${Math.round(run.firstFrameMs)} ms${inBrackets(judged.firstFrame)}`, judged.firstFrame, times),
  },
  {
    title: 'CPU per viewer',
    cell: ({ run, plain, judged }) =>
      // Those who left took their processes' account along.
      shapeOf(run)?.churnSeconds !== undefined
        ? '-'
        : marked(
            percent(run.cpuPerViewer) +
              (plain === undefined ? '' : ` (${times(run.cpuPerViewer / plain.cpuPerViewer)})`),
            judged.cpu,
            times,
          ),
  },
  {
    title: "CPU over bare channels'",
    cell: ({ run, channel }) =>
      channel === undefined ? '-' : times(run.cpuPerViewer / channel.cpuPerViewer),
  },
  { title: 'machine idle', cell: ({ run }) => percent(run.idleShare) },
  { title: 'memory per viewer', cell: ({ run }) => `${run.memoryPerViewerMB.toFixed(0)} MB` },
  {
    title: 'duplicates',
    cell: (row) =>
      sharers(row, ({ duplicateShare }) => marked(percent(duplicateShare), row.judged.duplicates, percent)),
  },
  { title: 'rescues', cell: ({ run }) => (run.player === 'prismesh' ? String(run.rescues) : '-') },
  { title: 'playlist requests per viewer and minute', cell: ({ run }) => run.playlistRequests.toFixed(1) },
  {
    title: 'birth to digest: median, 99 %',
    cell: ({ run: { digestMs } }) =>
      digestMs === undefined ? '-' : `${Math.round(digestMs.median)} ms, ${Math.round(digestMs.high)} ms`,
  },
  {
    title: 'upload, busiest / mean',
    cell: ({ run }) => (run.uploadUnevenness === undefined ? '-' : run.uploadUnevenness.toFixed(2)),
  },
  {
    title: 'given per viewer',
    cell: ({ run }) =>
      run.player === 'plain'
        ? '-'
        : `${(mean(run.viewers.map(({ uploadedBytes }) => uploadedBytes)) / 1e6).toFixed(1)} MB`,
  },
  {
    title: 'round trip: median, 95 %, worst viewer',
    cell: ({ run: { roundTrips } }) =>
      roundTrips === undefined
        ? '-'
        : [roundTrips.median, roundTrips.high, roundTrips.worstViewerHigh]
            .map((ms) => `${Math.round(ms)} ms`)
            .join(', '),
  },
]

/**
 * The runs as a Markdown table. Those of plain hls.js are the yardstick of the runs of the same shape that follow, up to
 * the next one, and those of bare channels that of their CPU; a figure with a bar says whether it is met, and the bar where it is not.
 */
export function swarmTable(runs: readonly SwarmFigures[]): string {
  const rows = runs.map((run, index) => {
    const latest = (player: SwarmPlayer): SwarmFigures | undefined =>
      runs.slice(0, index).findLast((each) => each.player === player && each.shape === run.shape)
    const plain = run.player === 'plain' ? undefined : latest('plain')
    const channel = shares(run.player) ? latest('channel') : undefined
    const bars = shapeOf(run)?.bars
    const judged = run.player === 'plain' || bars === undefined ? {} : judge(bars, run, plain)
    return { run, plain, channel, judged }
  })
  return markdownTable(columns, rows)
}

function shapeOf(run: SwarmFigures): SwarmShape | undefined {
  return shapes.find(({ name }) => name === run.shape)
}

function marked(text: string, judged: Judgement | undefined, bar: (most: number) => string): string {
  if (judged === undefined) return text
  return judged.met ? `${text} ✓` : `${text} ✗ bar ${bar(judged.most)}`
}

function sharers({ run }: Row, cell: (run: SwarmFigures) => string): string {
  return shares(run.player) ? cell(run) : '-'
}

function inBrackets(judged: Judgement | undefined): string {
  return judged === undefined ? '' : ` (${times(judged.value)})`
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)} x`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
