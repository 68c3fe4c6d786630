import type { ViewerReport } from '../../support/browser/viewer-report.js'

/** One tab's way to its first frame. */
export interface Opening {
  readonly mode: 'plain' | 'prismesh'
  readonly firstFrameMs: number
  readonly steps: ViewerReport['startUp']
}

interface Row {
  readonly title: string
  readonly plain: readonly number[]
  readonly prismesh: readonly number[]
}

/** Median time of each step and of the first frame, with the quartiles, as a Markdown table in order of time. */
export function startUpTable(openings: readonly Opening[]): string {
  const steps = (openings[0]?.steps ?? []).map(({ step }) => step)
  const rows = [
    ...steps.map((step) =>
      rowOf(step, openings, (opening) => opening.steps.find((each) => each.step === step)?.ms ?? Number.NaN),
    ),
    rowOf('first frame', openings, (opening) => opening.firstFrameMs),
  ].toSorted((a, b) => quantile(a.plain, 0.5) - quantile(b.plain, 0.5))
  const lines = rows.map(({ title, plain, prismesh }) => {
    const ratio = quantile(prismesh, 0.5) / quantile(plain, 0.5)
    return `| ${title} | ${spread(plain)} | ${spread(prismesh)} | ${ratio.toFixed(2)} x |`
  })
  return ['| step | plain hls.js | Prismesh | ratio |', '| --- | --- | --- | --- |', ...lines].join('\n')
}

function rowOf(title: string, openings: readonly Opening[], pick: (opening: Opening) => number): Row {
  const sorted = (mode: Opening['mode']): number[] =>
    openings
      .filter((opening) => opening.mode === mode)
      .map(pick)
      .toSorted((a, b) => a - b)
  return { title, plain: sorted('plain'), prismesh: sorted('prismesh') }
}

function spread(sorted: readonly number[]): string {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => Math.round(quantile(sorted, share)))
  return `${middle} ms (${low} to ${high})`
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
}
