const namespace = 'http://www.w3.org/2000/svg'
const width = 240
const height = 48
/** Two minutes at one sample every two seconds. */
const samplesMax = 60

/** A line of the last two minutes. Gaps are moments at which nothing was known. */
export class Sparkline {
  readonly element: SVGSVGElement
  private readonly samples: (number | null)[] = []
  private readonly area: SVGPathElement
  private readonly line: SVGPathElement

  /** `most` is what the top stands for; the largest sample where it is left out. */
  constructor(
    label: string,
    private readonly most?: number,
  ) {
    this.element = document.createElementNS(namespace, 'svg')
    this.element.setAttribute('viewBox', `0 0 ${width} ${height}`)
    this.element.setAttribute('preserveAspectRatio', 'none')
    this.element.setAttribute('role', 'img')
    this.element.setAttribute('aria-label', label)
    this.element.classList.add('sparkline')
    this.area = this.addPath('area')
    this.line = this.addPath('line')
  }

  add(sample: number | null): void {
    this.samples.push(sample)
    if (this.samples.length > samplesMax) this.samples.shift()
    const most = this.most ?? Math.max(1e-9, ...this.samples.map((each) => each ?? 0)) * 1.15
    const runs = this.runs().map((run) =>
      run.map(({ at, value }) => `${this.x(at)} ${(height - 2 - (value / most) * (height - 6)).toFixed(1)}`),
    )
    this.line.setAttribute('d', runs.map((points) => `M${points.join('L')}`).join(''))
    this.area.setAttribute(
      'd',
      runs
        .map((points) => `M${xOf(points[0])} ${height}L${points.join('L')}L${xOf(points.at(-1))} ${height}Z`)
        .join(''),
    )
  }

  private x(at: number): string {
    return (((samplesMax - this.samples.length + at) / (samplesMax - 1)) * width).toFixed(1)
  }

  private runs(): { at: number; value: number }[][] {
    const runs: { at: number; value: number }[][] = [[]]
    for (const [at, value] of this.samples.entries()) {
      if (value === null) runs.push([])
      else runs.at(-1)?.push({ at, value })
    }
    return runs.filter((run) => run.length > 0)
  }

  private addPath(name: string): SVGPathElement {
    const path = document.createElementNS(namespace, 'path')
    path.classList.add(name)
    this.element.append(path)
    return path
  }
}

function xOf(point: string | undefined): string {
  return point?.split(' ')[0] ?? '0'
}
