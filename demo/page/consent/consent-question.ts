import { requiredElement } from '../dom/required-element.js'

/**
 * Asks, in plain words, before anything is shared. The dialog keeps the focus, and Escape is no. The answer lasts
 * as long as the page, and can be changed.
 */
export class ConsentQuestion {
  readonly #dialog = requiredElement('consent', HTMLDialogElement)
  #answer: boolean | undefined
  #asked: Promise<boolean> | undefined

  /** @param given - an answer given in advance: the question is then not asked. */
  constructor(given: boolean | undefined) {
    this.#answer = given
    this.#dialog.addEventListener('keydown', (event) => this.#keepFocus(event))
  }

  get answer(): boolean | undefined {
    return this.#answer
  }

  set answer(answer: boolean) {
    this.#answer = answer
  }

  /** Answers at once when it is known; otherwise shows the dialog, once however often it is called. */
  async ask(): Promise<boolean> {
    if (this.#answer !== undefined) return this.#answer
    this.#asked ??= this.#show()
    return this.#asked
  }

  async #show(): Promise<boolean> {
    const dialog = this.#dialog
    dialog.returnValue = 'no'
    dialog.showModal()
    await new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }))
    this.#answer = dialog.returnValue === 'yes'
    this.#asked = undefined
    return this.#answer
  }

  /** A modal dialog keeps the page out of reach, but lets the focus leave for the browser: it stays in the circle. */
  #keepFocus(event: KeyboardEvent): void {
    if (event.key !== 'Tab') return
    const buttons = [...this.#dialog.querySelectorAll('button')]
    const [first, last] = [buttons[0], buttons.at(-1)]
    const leaving = event.shiftKey ? first : last
    if (document.activeElement !== leaving) return
    event.preventDefault()
    const next = event.shiftKey ? last : first
    next?.focus()
  }
}
