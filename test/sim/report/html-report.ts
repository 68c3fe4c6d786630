import type { RunResult } from '../run.js'
import type { Sample } from '../sample.js'
import { table } from '../table.js'
import { escapeText, svgChart, type Chart } from './chart.js'

/** Rates are taken over so many samples, a second apart: shorter, and every segment is a spike. */
const smoothedSamples = 10

/** A page of its own with the figures of a run and how they went over time: no script, nothing to load. */
export function htmlReport(result: RunResult, plain: RunResult | undefined, about: string): string {
  const charts = chartsOf(result, plain).map(svgChart)
  const problems = result.problems.map((problem) => `<li>${escapeText(problem)}</li>`).join('')
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Prismesh, simulated</title>
<style>
body { font: 14px/1.5 system-ui, sans-serif; max-width: 1340px; margin: 2em auto; padding: 0 1em; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 1em; }
svg { width: 100%; font-size: 11px; }
.title { font-size: 14px; font-weight: 600; }
.grid { stroke: #ddd; }
pre { overflow-x: auto; }
</style>
<h1>Prismesh, simulated</h1>
<p>${escapeText(about)}</p>
${problems === '' ? '' : `<h2>Problems</h2><ul>${problems}</ul>`}
<pre>${escapeText(table(result, plain))}</pre>
<div class="charts">
${charts.join('\n')}
</div>
<details><summary>Options</summary><pre>${escapeText(JSON.stringify(result.options, null, 2))}</pre></details>
</html>
`
}

function chartsOf(result: RunResult, plain: RunResult | undefined): Chart[] {
  const both = (of: (result: RunResult) => readonly (readonly [number, number])[]) => [
    { name: 'Prismesh', points: of(result) },
    ...(plain === undefined ? [] : [{ name: 'plain', points: of(plain) }]),
  ]
  const state = (of: (sample: Sample) => number) => (one: RunResult) =>
    one.series.map((sample) => [sample.atMs / 1000, of(sample)] as const)
  const alone = (points: readonly (readonly [number, number])[]) => [{ name: 'Prismesh', points }]
  return [
    { title: 'Copies per cell', unit: '', lines: alone(rates(result, copiesBetween)) },
    { title: 'Offload', unit: '%', lines: alone(rates(result, offloadBetween)) },
    { title: 'Mean buffer', unit: 's', lines: both(state(({ bufferMs }) => bufferMs / 1000)) },
    {
      title: 'Least buffer of anyone',
      unit: 's',
      lines: both(state(({ bufferMsMin }) => bufferMsMin / 1000)),
    },
    { title: 'Viewers that wait for media', unit: '', lines: both(state(({ stalled }) => stalled)) },
    { title: 'Behind live, mean', unit: 's', lines: both(state(({ latencyMs }) => latencyMs / 1000)) },
    { title: 'Rescues', unit: 'per second', lines: alone(rates(result, rescuesBetween)) },
    { title: 'Viewers', unit: '', lines: alone(state(({ viewers }) => viewers)(result)) },
    { title: 'Links per viewer', unit: '', lines: alone(state(linksPerViewer)(result)) },
  ]
}

function linksPerViewer({ links, viewers }: Sample): number {
  return (2 * links) / Math.max(1, viewers)
}

function rates(result: RunResult, rate: (from: Sample, to: Sample, result: RunResult) => number) {
  return result.series.map((sample, index) => {
    const from = result.series[Math.max(0, index - smoothedSamples)] ?? sample
    return [sample.atMs / 1000, rate(from, sample, result)] as const
  })
}

function copiesBetween(from: Sample, to: Sample): number {
  const perViewer = to.demand / Math.max(1, to.viewers)
  return (to.cdnBytes - from.cdnBytes) / (perViewer * ((to.atMs - from.atMs) / 1000)) / to.cells
}

function offloadBetween(from: Sample, to: Sample): number {
  const delivered = to.deliveredBytes - from.deliveredBytes
  return 100 * Math.max(0, 1 - (to.cdnBytes - from.cdnBytes) / delivered)
}

function rescuesBetween(from: Sample, to: Sample): number {
  return (to.rescues - from.rescues) / ((to.atMs - from.atMs) / 1000)
}
