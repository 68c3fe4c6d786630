import { requiredElement } from '../dom/required-element.js'
import { setText } from '../dom/set-text.js'
import type { Reason } from './mesh-session.js'
import type { PageState } from './page-state.js'

/** The sentence on top, with the button that takes the viewer's word back. */
export class StatusBar {
  readonly #bar = requiredElement('status', HTMLElement)
  readonly #headline = requiredElement('status-headline', HTMLElement)
  readonly #detail = requiredElement('status-detail', HTMLElement)
  readonly #toggle = requiredElement('consent-toggle', HTMLButtonElement)
  readonly #reasons = requiredElement('reason-list', HTMLUListElement)
  #shownReasons = ''

  constructor(handleToggle: () => void) {
    this.#toggle.addEventListener('click', handleToggle)
  }

  /** @param sharing - the viewer's answer where there is something to change about it. */
  show(state: PageState, sharing: boolean | undefined): void {
    this.#bar.dataset['state'] = state.name
    this.#bar.dataset['tone'] = state.tone
    setText(this.#headline, state.headline)
    setText(this.#detail, state.detail)
    this.#toggle.hidden = sharing === undefined
    setText(this.#toggle, sharing ? 'Stop sharing' : 'Share after all')
  }

  showReasons(reasons: readonly Reason[], otherwise: string): void {
    const key = JSON.stringify([reasons, otherwise])
    if (key === this.#shownReasons) return
    this.#shownReasons = key
    const shown = reasons.length > 0 ? reasons : [{ code: '', message: otherwise }]
    this.#reasons.replaceChildren(...shown.map(reasonItem))
  }
}

function reasonItem({ code, message }: Reason): HTMLLIElement {
  const item = document.createElement('li')
  item.append(message)
  if (code !== '') {
    const small = document.createElement('code')
    small.textContent = code
    item.append(small)
  }
  return item
}
