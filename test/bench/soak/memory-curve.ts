import { mean } from '../run-figures.js'
/** Memory per viewer at one moment, in megabytes, by player. */
export interface MemorySample {
  readonly minute: number
  readonly plain: number
  readonly prismesh: number
}

type Player = 'plain' | 'prismesh'

/** Least-squares slope in MB per minute over the samples from `fromMinute` on. */
export function slopePerMinute(samples: readonly MemorySample[], player: Player, fromMinute: number): number {
  const points = samples.filter(({ minute }) => minute >= fromMinute)
  const meanX = mean(points.map(({ minute }) => minute))
  const meanY = mean(points.map((sample) => sample[player]))
  let covariance = 0
  let variance = 0
  for (const sample of points) {
    covariance += (sample.minute - meanX) * (sample[player] - meanY)
    variance += (sample.minute - meanX) ** 2
  }
  return covariance / variance
}

const width = 860
const height = 320
const margin = 48

/** The curve as an SVG of its own: memory per viewer over time, plain hls.js against Prismesh. */
export function curveSvg(samples: readonly MemorySample[]): string {
  const minutes = samples.at(-1)?.minute ?? 1
  const top = Math.max(...samples.flatMap(({ plain, prismesh }) => [plain, prismesh])) * 1.1
  const x = (minute: number): number => margin + (minute / minutes) * (width - 2 * margin)
  const y = (megabytes: number): number => height - margin - (megabytes / top) * (height - 2 * margin)
  const line = (player: Player): string =>
    samples.map((sample) => `${x(sample.minute).toFixed(1)},${y(sample[player]).toFixed(1)}`).join(' ')
  const ticks = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    `<text x="${margin - 6}" y="${y(top * share).toFixed(1)}" text-anchor="end">${Math.round(top * share)}</text>`,
    `<text x="${x(minutes * share).toFixed(1)}" y="${height - margin + 18}" text-anchor="middle">${Math.round(minutes * share)}</text>`,
  ])
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#555">
<rect width="${width}" height="${height}" fill="#fff"/>
${ticks.join('\n')}
<text x="${margin}" y="20">memory per viewer, MB, over minutes</text>
<polyline fill="none" stroke="#999" stroke-width="2" points="${line('plain')}"/>
<polyline fill="none" stroke="#6a3de8" stroke-width="2" points="${line('prismesh')}"/>
<text x="${width - margin}" y="20" text-anchor="end" fill="#999">plain hls.js</text>
<text x="${width - margin}" y="36" text-anchor="end" fill="#6a3de8">Prismesh</text>
</svg>
`
}
