import { ConsentControl } from './consent-control.js'
import { speak, type SpokenLanguage } from './consent-language.js'
import { ConsentMemory } from './consent-memory.js'
import {
  resolveConsentOptions,
  type ConsentDialogConfig,
  type ConsentDialogOptions,
} from './consent-options.js'
import { showQuestion, type ShownQuestion } from './consent-question.js'
import type { ConsentTexts } from './consent-texts.js'

/**
 * Asks the viewer, in plain words, whether to share, and remembers the answer.
 *
 * @example
 * const consent = new ConsentDialog()
 * const mesh = new Prismesh({ tracker: 'wss://tracker.example.com', consent: () => consent.ask() })
 * consent.onChange((agreed) => mesh.setConsent(agreed))
 * consent.addControl(document.querySelector('footer'))
 */
export class ConsentDialog {
  readonly #config: ConsentDialogConfig
  readonly #memory: ConsentMemory | undefined
  readonly #listeners = new Set<(agreed: boolean) => void>()
  readonly #controls = new Set<ConsentControl>()
  readonly #unwatch: () => void
  #answer: boolean | undefined
  #shown: ShownQuestion | undefined
  #asked: Promise<boolean> | undefined

  /**
   * Shows nothing yet.
   *
   * @throws PrismeshError with code `option-invalid`
   */
  constructor(options: ConsentDialogOptions = {}) {
    const config = resolveConsentOptions(options)
    this.#config = config
    this.#memory = config.remember ? new ConsentMemory(config.storageKey, config.rememberDays) : undefined
    this.#answer = config.answer ?? this.#memory?.recall(Date.now())
    this.#unwatch = this.#watchOtherTabs()
  }

  /** What the viewer answered, here or before; undefined while unanswered. */
  get answer(): boolean | undefined {
    return this.#answer
  }

  /** Gives the answer that is known; otherwise shows the dialog, once however often it is called. */
  async ask(): Promise<boolean> {
    return this.#answer ?? this.open()
  }

  /**
   * Shows the dialog whatever the viewer answered before. Escape changes nothing: it leaves the answer as it is, and
   * where there is none it is a no for as long as the page lasts. Where the browser has no dialogs, the answer is no.
   */
  open(): Promise<boolean> {
    this.#asked ??= this.#show().finally(() => (this.#asked = undefined))
    return this.#asked
  }

  /** Sets and remembers the answer, as the dialog's buttons do. */
  decide(agreed: boolean): void {
    this.#memory?.remember(agreed, Date.now())
    this.#change(agreed)
    this.#shown?.close()
  }

  /** Takes a yes back: the same as `decide(false)`. */
  withdraw(): void {
    this.decide(false)
  }

  /** Removes what was remembered. The viewer shares nothing until asked again. */
  forget(): void {
    this.#memory?.forget()
    this.#change(undefined)
  }

  /** Calls the listener whenever the answer changes, in this tab or another of the site; returns what takes it back. */
  onChange(listener: (agreed: boolean) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Puts a small button into `parent` that says whether the viewer shares and opens the dialog; returns what removes it. */
  addControl(parent: Element): () => void {
    const { language, texts } = this.#words()
    const control = new ConsentControl(parent, language, texts, () => void this.open())
    control.show(this.#answer)
    this.#controls.add(control)
    return () => {
      control.remove()
      this.#controls.delete(control)
    }
  }

  /** Takes everything off the page and forgets the listeners; what the browser remembers stays. */
  close(): void {
    this.#unwatch()
    this.#listeners.clear()
    this.#shown?.close()
    for (const control of this.#controls) control.remove()
    this.#controls.clear()
  }

  async #show(): Promise<boolean> {
    this.#shown = showQuestion({ ...this.#words(), remembers: this.#memory !== undefined })
    const outcome = (await this.#shown?.outcome) ?? 'dismissed'
    this.#shown = undefined
    if (outcome !== 'dismissed') this.decide(outcome === 'agreed')
    else this.#answer ??= false
    return this.#answer === true
  }

  #words(): { readonly language: SpokenLanguage; readonly texts: ConsentTexts } {
    const { language: chosen, texts } = this.#config
    const { documentElement } = document
    const language = speak(chosen ? [chosen] : [documentElement.lang, ...(navigator.languages ?? [])])
    return { language, texts: { ...language.texts, ...texts } }
  }

  #change(answer: boolean | undefined): void {
    const before = this.#answer
    this.#answer = answer
    for (const control of this.#controls) control.show(answer)
    if (before === answer) return
    for (const listener of this.#listeners) listener(answer === true)
  }

  #watchOtherTabs(): () => void {
    const memory = this.#memory
    if (memory === undefined || typeof window === 'undefined') return () => {}
    const stored = (event: StorageEvent): void => {
      // A key of null: everything was cleared.
      if (event.key !== null && event.key !== memory.key) return
      this.#change(memory.recall(Date.now()))
      if (this.#answer !== undefined) this.#shown?.close()
    }
    window.addEventListener('storage', stored)
    return () => window.removeEventListener('storage', stored)
  }
}
