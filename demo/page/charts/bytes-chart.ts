import uPlot from 'uplot'
import { byteWords } from '../dom/byte-words.js'
import { resolvedColour } from '../dom/resolved-colour.js'
import { historySeconds, type SecondOfBytes } from '../mesh/byte-history.js'

/** Seconds before now, oldest first. */
const times = Array.from({ length: historySeconds }, (_, index) => index - historySeconds + 1)

/** An empty chart still has a scale: 100 kB each second. */
const leastBytes = 100_000

const fontOfAxes = '11px system-ui, sans-serif'

/**
 * Received bytes above the line (the viewers' share stands on the CDN's), given bytes below it. Bars, not curves:
 * segments come in bursts, and a curve would invent what lies between them.
 */
export class BytesChart {
  readonly #host: HTMLElement
  #plot: uPlot | undefined
  #data: uPlot.AlignedData = [times, [], [], []]

  constructor(host: HTMLElement) {
    this.#host = host
    new ResizeObserver(() => {
      const size = { width: host.clientWidth, height: host.clientHeight }
      if (size.width > 0) this.#plot?.setSize(size)
    }).observe(host)
  }

  show(seconds: readonly SecondOfBytes[]): void {
    // Drawn from the back: the whole column in the viewers' colour, then the CDN's part over its foot.
    const whole = seconds.map((second) => second.cdnBytes + second.peerBytes)
    const fromCdn = seconds.map((second) => second.cdnBytes)
    const given = seconds.map((second) => -second.uploadedBytes)
    this.#data = [times, whole, fromCdn, given]
    if (this.#plot) this.#plot.setData(this.#data)
    else this.redraw()
  }

  /** Starts over, with the colours of the style sheet as they are now. */
  redraw(): void {
    this.#plot?.destroy()
    this.#plot = undefined
    if (this.#host.clientWidth > 0) this.#plot = new uPlot(this.#options(), this.#data, this.#host)
  }

  #options(): uPlot.Options {
    const bars = uPlot.paths.bars?.({ size: [0.82, 100], align: 0 })
    const series = (colour: `--${string}`): uPlot.Series => {
      const fill = resolvedColour(colour)
      return { fill, stroke: fill, width: 0, points: { show: false }, ...(bars ? { paths: bars } : {}) }
    }
    const axis = {
      stroke: resolvedColour('--ink-soft'),
      font: fontOfAxes,
      ticks: { show: false },
      grid: { stroke: resolvedColour('--line'), width: 1 },
    }
    return {
      width: this.#host.clientWidth,
      height: this.#host.clientHeight,
      legend: { show: false },
      cursor: { show: false },
      padding: [8, 14, 0, 0],
      scales: { x: { time: false, range: [1 - historySeconds, 1] }, y: { range: yRange } },
      axes: [
        {
          ...axis,
          size: 26,
          grid: { show: false },
          splits: () => [-120, -90, -60, -30, 0].map((time) => Math.max(time, 1 - historySeconds)),
          values: (_plot, splits) => splits.map(timeWords),
        },
        {
          ...axis,
          size: 58,
          space: 34,
          values: (_plot, splits) => splits.map((bytes) => byteWords(Math.abs(bytes))),
        },
      ],
      series: [{}, series('--peers'), series('--cdn'), series('--given')],
    }
  }
}

function yRange(_plot: uPlot, least: number | null, most: number | null): [number, number] {
  const top = Math.max(leastBytes, most ?? 0)
  return [Math.min(-top * 0.25, (least ?? 0) * 1.1), top * 1.1]
}

function timeWords(seconds: number): string {
  if (seconds === 0) return 'now'
  return seconds <= 1 - historySeconds ? '2 min ago' : `${-seconds} s`
}
