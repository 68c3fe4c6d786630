import { svgElement } from '../dom/svg-element.js'
import type { SegmentTraffic } from '../origin/origin-stats.js'

export interface Copies {
  /** Oldest first. */
  readonly segments: readonly SegmentTraffic[]
  /** Copies per segment without sharing; undefined while nobody has counted. */
  readonly viewers: number | undefined
}

/** Bars this close to the present still grow: the segments are in the playlist. */
const freshSegments = 6

const marginLeft = 22
const marginTop = 16
const marginBottom = 20

/** Copies of each recent segment, with the limit (one) and what it would be without sharing (one per viewer). */
export class CopiesChart {
  readonly #host: HTMLElement
  readonly #svg = svgElement('svg', { 'aria-hidden': 'true' })
  #copies: Copies = { segments: [], viewers: undefined }

  constructor(host: HTMLElement) {
    this.#host = host
    host.replaceChildren(this.#svg)
    new ResizeObserver(() => this.show(this.#copies)).observe(host)
  }

  show(copies: Copies): void {
    this.#copies = copies
    const { segments, viewers } = copies
    const [width, height] = [this.#host.clientWidth, this.#host.clientHeight]
    const most = Math.max(1.6, (viewers ?? 0) + 0.3, ...segments.map((segment) => segment.copies))
    const foot = height - marginBottom
    const y = (value: number): number => foot - (value / most) * (foot - marginTop)
    const step = (width - marginLeft) / Math.max(12, segments.length)
    const fresh = Math.max(0, segments.length - freshSegments)
    const bars = segments.map((segment, index) => {
      const kinds = `bar${segment.copies > 1.5 ? ' over' : ''}${index >= fresh ? ' fresh' : ''}`
      return svgElement(
        'rect',
        {
          class: kinds,
          x: marginLeft + index * step + step * 0.12,
          y: y(segment.copies),
          width: step * 0.76,
          height: Math.max(0, foot - y(segment.copies)),
          rx: Math.min(2, step * 0.2),
        },
        svgElement('title', {}, barWords(segment)),
      )
    })
    this.#svg.replaceChildren(...bars, ...lines(width, foot, y, viewers))
  }
}

function lines(
  width: number,
  foot: number,
  y: (value: number) => number,
  viewers: number | undefined,
): SVGElement[] {
  const across = (name: string, at: number): SVGElement =>
    svgElement('line', { class: name, x1: marginLeft, x2: width, y1: at, y2: at })
  const word = (name: string, x: number, at: number, text: string, anchor: string): SVGElement =>
    svgElement('text', { class: name, x, y: at, 'text-anchor': anchor }, text)
  const parts = [
    across('base', foot),
    across('limit', y(1)),
    word('limit-words', marginLeft - 6, y(1) + 4, '1', 'end'),
    word('limit-words', width, y(1) - 5, 'the limit', 'end'),
    word('', marginLeft, foot + 15, 'older', 'start'),
    word('', width, foot + 15, 'newest', 'end'),
  ]
  if (viewers === undefined || viewers < 2) return parts
  return [
    ...parts,
    across('viewers', y(viewers)),
    word('', marginLeft - 6, y(viewers) + 4, String(viewers), 'end'),
    word('', width, y(viewers) - 5, `without sharing: ${viewers}`, 'end'),
  ]
}

function barWords({ rendition, sequence, copies, requests }: SegmentTraffic): string {
  return `${rendition} ${sequence}: ${copies.toFixed(2)} copies in ${requests} requests`
}
