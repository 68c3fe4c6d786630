import { applyConsentStyles } from './consent-styles.js'
import type { SpokenLanguage } from './consent-language.js'
import type { ConsentTexts } from './consent-texts.js'

/** The small button by which a viewer comes back to the question. */
export class ConsentControl {
  private readonly host = document.createElement('div')
  private readonly button = document.createElement('button')

  constructor(
    parent: Element,
    language: SpokenLanguage,
    private readonly texts: ConsentTexts,
    handleClick: () => void,
  ) {
    const root = this.host.attachShadow({ mode: 'open' })
    applyConsentStyles(root)
    this.host.dataset['prismesh'] = 'consent-control'
    this.host.style.display = 'inline-block'
    const { button } = this
    button.type = 'button'
    button.className = 'control'
    button.lang = language.code
    button.dir = language.direction
    button.setAttribute('aria-haspopup', 'dialog')
    button.addEventListener('click', handleClick)
    root.append(button)
    parent.append(this.host)
  }

  show(answer: boolean | undefined): void {
    this.button.textContent = answer === true ? this.texts.controlOn : this.texts.controlOff
  }

  remove(): void {
    this.host.remove()
  }
}
