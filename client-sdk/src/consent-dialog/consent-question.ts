import { applyConsentStyles } from './consent-styles.js'
import type { SpokenLanguage } from './consent-language.js'
import type { ConsentTexts } from './consent-texts.js'

/** How the question ended: a button, or Escape and whatever else closes a dialog, which is a no for now. */
export type Outcome = 'agreed' | 'refused' | 'dismissed'

/** What the question shows. */
export interface Question {
  readonly language: SpokenLanguage
  readonly texts: ConsentTexts
  readonly remembers: boolean
}

/** A question that is on the screen. */
export interface ShownQuestion {
  readonly outcome: Promise<Outcome>
  /** Takes it off the screen: `dismissed`, unless it was answered. */
  close(): void
}

/**
 * Shows the question in a native modal dialog, which makes the page behind it unreachable, closes on Escape and gives
 * the focus back to where it was. Undefined where the browser has no such dialog.
 */
export function showQuestion({ language, texts, remembers }: Question): ShownQuestion | undefined {
  const dialog = globalThis.document?.createElement('dialog')
  if (typeof dialog?.showModal !== 'function') return undefined
  const host = document.createElement('div')
  host.dataset['prismesh'] = 'consent'
  const root = host.attachShadow({ mode: 'open' })
  applyConsentStyles(root)
  dialog.lang = language.code
  dialog.dir = language.direction
  dialog.setAttribute('aria-labelledby', 'title')
  dialog.setAttribute('aria-describedby', 'words')
  const answered = (outcome: Outcome) => (): void => dialog.close(outcome)
  const refuse = button('refuse', texts.refuse, answered('refused'))
  const buttons = [refuse, button('agree', texts.agree, answered('agreed'))]
  dialog.append(...explanation(texts), group('div', 'actions', ...buttons))
  if (remembers) dialog.append(text('p', texts.remembered, 'note'))
  dialog.addEventListener('keydown', (event) => keepFocus(event, root, buttons))
  root.append(dialog)
  ;(document.body ?? document.documentElement).append(host)
  const outcome = new Promise<Outcome>((resolve) => {
    dialog.addEventListener('close', () => {
      host.remove()
      resolve(dialog.returnValue === '' ? 'dismissed' : (dialog.returnValue as Outcome))
    })
  })
  dialog.showModal()
  return { outcome, close: () => dialog.close() }
}

function explanation(texts: ConsentTexts): HTMLElement[] {
  const title = text('h2', texts.title)
  title.id = 'title'
  // Where a hasty Enter answers nothing, and a small screen shows the question from its beginning.
  title.tabIndex = -1
  title.autofocus = true
  const described = group(
    'div',
    '',
    text('p', texts.intro),
    group(
      'dl',
      '',
      group('div', '', text('dt', texts.seenTitle), text('dd', texts.seen)),
      group('div', '', text('dt', texts.givenTitle), text('dd', texts.given)),
      group('div', '', text('dt', texts.refusalTitle), text('dd', texts.refusal)),
    ),
  )
  described.id = 'words'
  return [title, described]
}

/** A modal dialog keeps the page out of reach, but lets the focus leave for the browser: it stays in the circle. */
function keepFocus(event: KeyboardEvent, root: ShadowRoot, buttons: readonly HTMLButtonElement[]): void {
  if (event.key !== 'Tab') return
  const at = buttons.findIndex((each) => each === root.activeElement)
  const leaves = event.shiftKey ? at <= 0 : at === buttons.length - 1
  if (!leaves) return
  event.preventDefault()
  buttons.at(event.shiftKey ? -1 : 0)?.focus()
}

function button(id: string, words: string, handleClick: () => void): HTMLButtonElement {
  const element = document.createElement('button')
  element.type = 'button'
  element.id = id
  element.textContent = words
  element.addEventListener('click', handleClick)
  return element
}

function text(tag: string, words: string, className = ''): HTMLElement {
  const element = document.createElement(tag)
  element.textContent = words
  if (className !== '') element.className = className
  return element
}

function group(tag: string, className: string, ...children: readonly HTMLElement[]): HTMLElement {
  const element = document.createElement(tag)
  if (className !== '') element.className = className
  element.append(...children)
  return element
}
