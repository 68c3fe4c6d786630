import type { ViewerReport } from '../../support/browser/viewer-report.js'

/** One tab's way to its first frame. */
export interface Opening {
  readonly mode: 'plain' | 'prismesh'
  readonly firstFrameMs: number
  readonly steps: ViewerReport['startUp']
}

/** Median time of each step, and of the first frame with its quartiles, as a Markdown table. */
export function startUpTable(openings: readonly Opening[]): string {
  const steps = (openings[0]?.steps ?? []).map(({ step }) => step)
  const rows = [
    ...steps.map((step) =>
      row(step, (opening) => opening.steps.find((each) => each.step === step)?.ms ?? Number.NaN),
    ),
    row('first frame', (opening) => opening.firstFrameMs),
  ]
  return ['| step | plain hls.js | Prismesh | ratio |', '| --- | --- | --- | --- |', ...rows].join('\n')

  function row(title: string, pick: (opening: Opening) => number): string {
    const [plain, prismesh] = (['plain', 'prismesh'] as const).map((mode) =>
      openings
        .filter((opening) => opening.mode === mode)
        .map(pick)
        .toSorted((a, b) => a - b),
    )
    const ratio = quantile(prismesh, 0.5) / quantile(plain, 0.5)
    return `| ${title} | ${spread(plain)} | ${spread(prismesh)} | ${ratio.toFixed(2)} x |`
  }
}

function spread(sorted: readonly number[] | undefined): string {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((share) => Math.round(quantile(sorted, share)))
  return `${middle} ms (${low} to ${high})`
}

function quantile(sorted: readonly number[] = [], share: number): number {
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
}
