type Theme = 'dark' | 'light'

const storageKey = 'prismesh-console-theme'

/** Follows the system's colour scheme until the operator chooses one. */
export function setUpTheme(button: HTMLButtonElement): void {
  const system = matchMedia('(prefers-color-scheme: light)')
  let chosen = readChoice()
  const current = (): Theme => chosen ?? (system.matches ? 'light' : 'dark')
  const apply = (): void => {
    const theme = current()
    document.documentElement.dataset['theme'] = theme
    button.textContent = theme === 'dark' ? 'Light' : 'Dark'
    button.setAttribute('aria-label', `Use the ${theme === 'dark' ? 'light' : 'dark'} theme`)
  }
  button.addEventListener('click', () => {
    chosen = current() === 'dark' ? 'light' : 'dark'
    try {
      localStorage.setItem(storageKey, chosen)
    } catch {
      // The choice is kept for this page only.
    }
    apply()
  })
  system.addEventListener('change', apply)
  apply()
}

function readChoice(): Theme | undefined {
  try {
    const stored = localStorage.getItem(storageKey)
    return stored === 'dark' || stored === 'light' ? stored : undefined
  } catch {
    return undefined
  }
}
