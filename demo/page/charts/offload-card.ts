import { byteWords, shareWords } from '../dom/byte-words.js'
import { requiredElement } from '../dom/required-element.js'
import { setText } from '../dom/set-text.js'
import type { SecondOfBytes } from '../mesh/byte-history.js'
import type { ByteTotals } from '../mesh/mesh-session.js'

/** The share that came from other viewers, large, over the same two minutes as the chart; and the sums. */
export class OffloadCard {
  readonly #number = requiredElement('offload-number', HTMLElement)
  readonly #bar = requiredElement('offload-bar', HTMLElement)
  readonly #peers = requiredElement('sum-peers', HTMLElement)
  readonly #cdn = requiredElement('sum-cdn', HTMLElement)
  readonly #given = requiredElement('sum-given', HTMLElement)
  readonly #rescues = requiredElement('sum-rescues', HTMLElement)

  show(seconds: readonly SecondOfBytes[], totals: ByteTotals): void {
    const share = recentShare(seconds)
    setText(this.#number, share === undefined ? '–' : shareWords(share))
    this.#bar.style.clipPath = `inset(0 ${((1 - (share ?? 0)) * 100).toFixed(1)}% 0 0)`
    this.#bar.parentElement?.setAttribute('data-empty', String(share === undefined))
    setText(this.#peers, byteWords(totals.peerBytes))
    setText(this.#cdn, byteWords(totals.cdnBytes))
    setText(this.#given, byteWords(totals.uploadedBytes))
    setText(this.#rescues, String(totals.rescues))
  }
}

/** Nothing while nothing has arrived. */
export function recentShare(seconds: readonly SecondOfBytes[]): number | undefined {
  const peers = seconds.reduce((sum, second) => sum + second.peerBytes, 0)
  const all = seconds.reduce((sum, second) => sum + second.cdnBytes, peers)
  return all > 0 ? peers / all : undefined
}
