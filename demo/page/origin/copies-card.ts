import { CopiesChart } from '../charts/copies-chart.js'
import { requiredElement } from '../dom/required-element.js'
import { setText } from '../dom/set-text.js'
import { requestJson } from './json-over-http.js'
import { readOriginStats, type OriginStats } from './origin-stats.js'

/** As many bars as the card has room for. */
const barsMax = 30

/** Copies per segment, from the origin that sent them. */
export class CopiesCard {
  readonly #now = requiredElement('copies-now', HTMLElement)
  readonly #words = requiredElement('copies-words', HTMLElement)
  readonly #chart = new CopiesChart(requiredElement('copies-chart', HTMLElement))
  readonly #statsUrl: string | undefined

  constructor(statsUrl: string | undefined) {
    this.#statsUrl = statsUrl
  }

  /** Asks the origin. @param viewers - how many watch, as far as this page knows. */
  async refresh(viewers: number): Promise<void> {
    if (this.#statsUrl === undefined) return
    try {
      this.#show(readOriginStats(await requestJson(this.#statsUrl)), viewers)
    } catch {
      setText(this.#words, 'The origin does not answer when asked what it sent.')
    }
  }

  #show({ rollingCopies, rollingWitnessCopies, segments }: OriginStats, viewers: number): void {
    setText(this.#now, rollingCopies === undefined ? '–' : rollingCopies.toFixed(2))
    const known = viewers > 1 ? viewers : undefined
    this.#chart.show({ segments: segments.slice(-barsMax), viewers: known })
    const words =
      segments.length === 0
        ? 'The origin counts; nobody has asked it for a segment yet.'
        : `Counted by the origin. Paler bars still grow.${witnessWords(rollingWitnessCopies)}`
    setText(this.#words, words)
  }
}

/** The copy that digests are made of is no viewer's, and is not hidden either. */
function witnessWords(copies: number | undefined): string {
  return copies === undefined || copies === 0 ? '' : ` The tracker’s witness: ${copies.toFixed(2)} more.`
}
