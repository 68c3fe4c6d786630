/** One line of a chart. */
export interface Line {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

export interface Chart {
  readonly title: string
  /** Of the y axis; the x axis is in seconds. */
  readonly unit: string
  readonly lines: readonly Line[]
}

const width = 640
const height = 220
const left = 56
const right = 12
const top = 34
const bottom = 28
/** Told apart without colour, too: the second is dashed. */
const colours = ['#1769aa', '#b3541e', '#3b7d3b']

/** A chart as an SVG element with axes from 0, a title and a legend. */
export function svgChart({ title, unit, lines }: Chart): string {
  const points = lines.flatMap((line) => line.points).filter(([, y]) => Number.isFinite(y))
  const xMax = Math.max(1, ...points.map(([x]) => x))
  const yMax = roundUp(Math.max(0, ...points.map(([, y]) => y)))
  const x = (value: number): string => (left + (value / xMax) * (width - left - right)).toFixed(1)
  const y = (value: number): string => (height - bottom - (value / yMax) * (height - top - bottom)).toFixed(1)
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = y(share * yMax)
    const label = `<text x="${left - 6}" y="${at}" dy="4" text-anchor="end">${axisLabel(share * yMax)}</text>`
    return `<line x1="${left}" x2="${width - right}" y1="${at}" y2="${at}" class="grid"/>${label}`
  })
  const times = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<text x="${x(share * xMax)}" y="${height - 8}" text-anchor="middle">${axisLabel(share * xMax)} s</text>`,
  )
  const drawn = lines.map((line, index) => {
    const path = line.points
      .filter(([, value]) => Number.isFinite(value))
      .map(([at, value]) => `${x(at)},${y(value)}`)
      .join(' ')
    const style = `stroke="${colours[index % colours.length]}"${index === 1 ? ' stroke-dasharray="5 3"' : ''}`
    const legend = `<text x="${width - right}" y="${14 + index * 13}" text-anchor="end" fill="${colours[index % colours.length]}">${escapeText(line.name)}</text>`
    return `<polyline points="${path}" fill="none" stroke-width="1.5" ${style}/>${lines.length > 1 ? legend : ''}`
  })
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeText(title)}">
<text x="${left}" y="16" class="title">${escapeText(title)}${unit === '' ? '' : `, ${escapeText(unit)}`}</text>
${[...grid, ...times, ...drawn].join('\n')}
</svg>`
}

export function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** 1, 2, 2.5 or 5 times a power of ten. */
function roundUp(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 2.5, 5, 10].find((step) => step * power >= value) ?? 10) * power
}

function axisLabel(value: number): string {
  return String(Number(value.toPrecision(3)))
}
