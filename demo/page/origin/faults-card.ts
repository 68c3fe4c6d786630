import { requiredElement } from '../dom/required-element.js'
import { setText } from '../dom/set-text.js'
import {
  failShareWords,
  faultWords,
  isSwitchedOff,
  latencyWords,
  rateCapWords,
  rateSteps,
  readFaults,
  type Faults,
} from './fault-words.js'
import { requestJson } from './json-over-http.js'

/** Sliders that make the origin misbehave. The origin's answer, not the slider, is what the card shows. */
export class FaultsCard {
  readonly #card = requiredElement('faults', HTMLElement)
  readonly #state = requiredElement('faults-state', HTMLElement)
  readonly #latency = requiredElement('fault-latency', HTMLInputElement)
  readonly #share = requiredElement('fault-share', HTMLInputElement)
  readonly #rate = requiredElement('fault-rate', HTMLInputElement)
  readonly #off = requiredElement('fault-off', HTMLButtonElement)
  readonly #url: string | undefined
  /** A slider being moved is not moved back by an answer to something earlier. */
  #changing = 0

  constructor(url: string | undefined) {
    this.#url = url
    this.#card.hidden = url === undefined
    for (const input of [this.#latency, this.#share, this.#rate]) {
      input.addEventListener('input', () => this.#showWords())
      input.addEventListener('change', () => void this.#change(this.#fromSliders()))
    }
    this.#off.addEventListener('click', () => {
      const wasOff = this.#off.getAttribute('aria-checked') === 'true'
      void this.#change(wasOff ? { scope: 'segments', failShare: 0 } : { scope: 'all', failShare: 1 })
    })
    requiredElement('fault-heal', HTMLButtonElement).addEventListener('click', () => {
      void this.#change({ scope: 'segments', failShare: 0, latencyMs: 0, bytesPerSecond: 0 })
    })
    requiredElement('faults-form', HTMLFormElement).addEventListener('submit', (event) =>
      event.preventDefault(),
    )
  }

  /** Another window may have changed them. */
  async refresh(): Promise<void> {
    if (this.#url === undefined || this.#changing > 0) return
    try {
      const faults = readFaults(await requestJson(this.#url))
      if (this.#changing === 0) this.#show(faults)
    } catch {
      setText(this.#state, 'The origin takes no orders now')
    }
  }

  async #change(change: Partial<Faults>): Promise<void> {
    if (this.#url === undefined) return
    this.#changing += 1
    try {
      const faults = readFaults(await requestJson(this.#url, change))
      if (this.#changing === 1) this.#show(faults)
    } catch {
      setText(this.#state, 'The origin did not take the order')
    } finally {
      this.#changing -= 1
    }
  }

  #fromSliders(): Faults {
    return {
      latencyMs: this.#latency.valueAsNumber,
      failShare: this.#share.valueAsNumber / 100,
      bytesPerSecond: rateSteps[this.#rate.valueAsNumber] ?? 0,
      scope: 'segments',
    }
  }

  #show(faults: Faults): void {
    const words = faultWords(faults)
    setText(this.#state, words)
    this.#card.dataset['suffering'] = String(words !== 'It is healthy')
    this.#off.setAttribute('aria-checked', String(isSwitchedOff(faults)))
    if (document.activeElement !== this.#latency) this.#latency.valueAsNumber = faults.latencyMs
    if (document.activeElement !== this.#share) this.#share.valueAsNumber = Math.round(faults.failShare * 100)
    if (document.activeElement !== this.#rate) this.#rate.valueAsNumber = stepOf(faults.bytesPerSecond)
    this.#showWords()
  }

  #showWords(): void {
    const { latencyMs, failShare, bytesPerSecond } = this.#fromSliders()
    say(this.#latency, latencyWords(latencyMs))
    say(this.#share, failShareWords(failShare))
    say(this.#rate, rateCapWords(bytesPerSecond))
  }
}

/** In the output beside the slider, and as what a screen reader says of its position. */
function say(input: HTMLInputElement, words: string): void {
  setText(requiredElement(`${input.id}-words`, HTMLOutputElement), words)
  input.setAttribute('aria-valuetext', words)
}

/** The choice nearest to a cap that was set elsewhere. */
function stepOf(bytesPerSecond: number): number {
  if (bytesPerSecond === 0) return 0
  const distances = rateSteps.map((step) =>
    step === 0 ? Infinity : Math.abs(Math.log(step / bytesPerSecond)),
  )
  return distances.indexOf(Math.min(...distances))
}
