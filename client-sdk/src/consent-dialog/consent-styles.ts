const colours = `
  --back: var(--prismesh-consent-background, #ffffff);
  --ink: var(--prismesh-consent-ink, #16191f);
  --soft: var(--prismesh-consent-ink-soft, #4a5261);
  --line: var(--prismesh-consent-line, #767e8c);
  --mark: var(--prismesh-consent-accent, #3b5bdb);`

const darkColours = `
  --back: var(--prismesh-consent-background, #1b1f27);
  --ink: var(--prismesh-consent-ink, #f0f2f6);
  --soft: var(--prismesh-consent-ink-soft, #b4bcc9);
  --line: var(--prismesh-consent-line, #7d8695);
  --mark: var(--prismesh-consent-accent, #91a7ff);`

/**
 * The dialog's and the control's looks, in a shadow root of their own. A page changes them by the custom properties
 * `--prismesh-consent-*`; what it does not set follows the viewer's colour scheme. Colours have a contrast of 4.5 : 1
 * and more (WCAG 2.2, 1.4.3), buttons are 44 pixels high (2.5.5).
 */
const consentStyles = `
:host {${colours}
  font: 16px/1.5 var(--prismesh-consent-font, system-ui, sans-serif);
}
@media (prefers-color-scheme: dark) {
  :host {${darkColours}
  }
}
* {
  box-sizing: border-box;
}
dialog {
  width: min(34em, calc(100vw - 24px));
  max-height: calc(100dvh - 24px);
  margin: auto;
  padding: clamp(16px, 5vw, 28px);
  overflow: auto;
  border: 1px solid var(--line);
  border-radius: 12px;
  background: var(--back);
  color: var(--ink);
  text-align: start;
  overflow-wrap: break-word;
  box-shadow: 0 20px 70px rgb(0 0 0 / 0.4);
}
dialog::backdrop {
  background: rgb(0 0 0 / 0.5);
}
@media (prefers-reduced-motion: no-preference) {
  dialog[open] {
    animation: appear 0.18s ease-out;
  }
  @keyframes appear {
    from {
      opacity: 0;
      translate: 0 8px;
    }
  }
}
h2 {
  margin: 0;
  font-size: 1.25em;
  line-height: 1.3;
}
h2:focus {
  outline: none;
}
p {
  margin: 0.6em 0 0;
}
dl {
  display: grid;
  gap: 0.8em;
  margin: 1em 0 1.4em;
}
dl > div {
  padding-inline-start: 0.8em;
  border-inline-start: 3px solid var(--mark);
}
dt {
  font-weight: 600;
}
dd {
  margin: 0;
  color: var(--soft);
}
.note {
  color: var(--soft);
  font-size: 0.875em;
}
.actions {
  display: flex;
  flex-wrap: wrap;
  gap: 10px;
}
button {
  min-height: 44px;
  padding: 8px 18px;
  border: 2px solid var(--mark);
  border-radius: 8px;
  background: transparent;
  color: var(--ink);
  font: inherit;
  font-weight: 600;
  cursor: pointer;
}
.actions button {
  flex: 1 1 9em;
}
button:focus-visible {
  outline: 3px solid var(--ink);
  outline-offset: 2px;
}
button.control {
  min-height: 32px;
  padding: 2px 12px;
  border-width: 1px;
  font-size: 0.875em;
  font-weight: 400;
}
@media (forced-colors: active) {
  dl > div {
    border-color: CanvasText;
  }
}
`

/** Puts the styles into a shadow root in a way that a strict Content-Security-Policy allows. */
export function applyConsentStyles(root: ShadowRoot): void {
  try {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(consentStyles)
    root.adoptedStyleSheets = [sheet]
  } catch {
    // Browsers before 2023 have no sheets of their own making.
    const style = root.ownerDocument.createElement('style')
    style.textContent = consentStyles
    root.append(style)
  }
}
