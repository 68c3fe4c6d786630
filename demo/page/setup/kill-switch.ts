import { requiredElement } from '../dom/required-element.js'
import { setText } from '../dom/set-text.js'

/** Switches the SDK off and on. The SDK reads `?prismesh=off` itself, so switching on takes it out of the address. */
export class KillSwitch {
  readonly #button = requiredElement('kill-switch', HTMLButtonElement)
  readonly #words = requiredElement('kill-switch-words', HTMLOutputElement)
  #on: boolean

  constructor(on: boolean, handleChange: () => void) {
    this.#on = on
    this.#show()
    this.#button.addEventListener('click', () => {
      this.#on = !this.#on
      if (this.#on) forgetParameter()
      this.#show()
      handleChange()
    })
  }

  get on(): boolean {
    return this.#on
  }

  #show(): void {
    this.#button.setAttribute('aria-checked', String(this.#on))
    setText(this.#words, this.#on ? 'on' : 'off')
  }
}

function forgetParameter(): void {
  const url = new URL(location.href)
  if (url.searchParams.get('prismesh') !== 'off') return
  url.searchParams.delete('prismesh')
  history.replaceState(null, '', url)
}
