import { byteWords } from '../dom/byte-words.js'
import type { SegmentNews } from '../mesh/segment-news.js'
import { shortId, tint } from './member-colour.js'

/** At 2 s each, not quite a minute. */
const segmentsMax = 26

/** The latest segments as columns: how much of each came from whom. */
export class SegmentStrip {
  readonly #host: HTMLElement
  readonly #news: SegmentNews[] = []

  constructor(host: HTMLElement) {
    this.#host = host
  }

  add(news: SegmentNews): void {
    this.#news.push(news)
    this.#host.append(column(news))
    if (this.#news.length > segmentsMax) {
      this.#news.shift()
      this.#host.firstElementChild?.remove()
    }
    const whole = this.#news.filter((known) => known.cdnBytes === 0).length
    this.#host.setAttribute(
      'aria-label',
      `Of the latest ${this.#news.length} segments, ${whole} came from viewers alone.`,
    )
  }
}

function column({ cdnBytes, sources }: SegmentNews): HTMLElement {
  const total = Math.max(
    1,
    sources.reduce((sum, source) => sum + source.bytes, cdnBytes),
  )
  const host = document.createElement('span')
  const part = (bytes: number): HTMLElement => {
    const element = document.createElement('i')
    element.style.height = `${(bytes / total) * 100}%`
    return element
  }
  const words: string[] = []
  if (cdnBytes > 0) {
    host.append(part(cdnBytes))
    words.push(`CDN ${byteWords(cdnBytes)}`)
  }
  for (const { member, bytes } of sources) {
    const element = part(bytes)
    tint(element, member)
    host.append(element)
    words.push(`${shortId(member)} ${byteWords(bytes)}`)
  }
  host.title = words.join('\n')
  return host
}
