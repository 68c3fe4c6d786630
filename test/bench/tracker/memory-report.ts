import type { MemoryPoint } from './load/plan.js'

const width = 860
const height = 320
const margin = 56

export function memoryCsv(points: readonly MemoryPoint[]): string {
  const lines = points.map(
    ({ second, connections, rssBytes }) => `${second.toFixed(1)},${connections},${rssBytes}`,
  )
  return `${['second,connections,rss_bytes', ...lines].join('\n')}\n`
}

/** Least-squares slope. */
export function slopeBytesPerMinute(points: readonly MemoryPoint[]): number {
  const meanX = mean(points.map(({ second }) => second / 60))
  const meanY = mean(points.map(({ rssBytes }) => rssBytes))
  let covariance = 0
  let variance = 0
  for (const { second, rssBytes } of points) {
    covariance += (second / 60 - meanX) * (rssBytes - meanY)
    variance += (second / 60 - meanX) ** 2
  }
  return variance === 0 ? 0 : covariance / variance
}

/** The server's memory over time. */
export function memorySvg(points: readonly MemoryPoint[], connections: number): string {
  const last = points.at(-1)?.second ?? 1
  const top = Math.max(...points.map(({ rssBytes }) => rssBytes)) * 1.1
  const x = (second: number) => margin + (second / last) * (width - 2 * margin)
  const y = (bytes: number) => height - margin - (bytes / top) * (height - 2 * margin)
  const line = points
    .map(({ second, rssBytes }) => `${x(second).toFixed(1)},${y(rssBytes).toFixed(1)}`)
    .join(' ')
  const ticks = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    `<text x="${margin - 6}" y="${y(top * share).toFixed(1)}" text-anchor="end">${Math.round((top * share) / 2 ** 20)}</text>`,
    `<text x="${x(last * share).toFixed(1)}" y="${height - margin + 18}" text-anchor="middle">${((last * share) / 60).toFixed(1)}</text>`,
  ])
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#555">
<rect width="${width}" height="${height}" fill="#fff"/>
${ticks.join('\n')}
<text x="${margin}" y="20">RSS of the tracker with ${connections} members, MiB, over minutes</text>
<polyline fill="none" stroke="#6a3de8" stroke-width="2" points="${line}"/>
</svg>
`
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}
