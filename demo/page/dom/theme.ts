type Theme = 'dark' | 'light'

const storageKey = 'prismesh-demo-theme'

/**
 * Follows the system's colour scheme until the viewer chooses one.
 *
 * @param onChange - called after each change: canvases keep no reference to the style sheet's colours.
 */
export function setUpTheme(button: HTMLButtonElement, onChange: () => void): void {
  const systemIsLight = matchMedia('(prefers-color-scheme: light)')
  const current = (): Theme => readChoice() ?? (systemIsLight.matches ? 'light' : 'dark')
  const apply = (): void => {
    const theme = current()
    document.documentElement.dataset['theme'] = theme
    button.textContent = theme === 'dark' ? 'Light' : 'Dark'
    button.setAttribute('aria-label', `Use the ${theme === 'dark' ? 'light' : 'dark'} theme`)
    onChange()
  }
  button.addEventListener('click', () => {
    writeChoice(current() === 'dark' ? 'light' : 'dark')
    apply()
  })
  systemIsLight.addEventListener('change', apply)
  apply()
}

/** Storage throws where the browser blocks it; the theme then lasts as long as the page. */
let unsavedChoice: Theme | undefined

function readChoice(): Theme | undefined {
  try {
    const stored = localStorage.getItem(storageKey)
    return stored === 'dark' || stored === 'light' ? stored : unsavedChoice
  } catch {
    return unsavedChoice
  }
}

function writeChoice(theme: Theme): void {
  unsavedChoice = theme
  try {
    localStorage.setItem(storageKey, theme)
  } catch {
    // The choice is kept for this page only.
  }
}
