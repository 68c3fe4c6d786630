/** What the page's own URL asks for, so that support can help a viewer without a new release of the page. */
export type PageSwitch = 'off' | 'debug'

const known: ReadonlySet<string> = new Set<PageSwitch>(['off', 'debug'])

/** Reads `?prismesh=off`, `?prismesh=debug`, both with a comma between, or repeated. Other words mean nothing. */
export function readPageSwitches(search: string): ReadonlySet<PageSwitch> {
  const words = new URLSearchParams(search).getAll('prismesh').flatMap((value) => value.split(','))
  return new Set(words.filter((word): word is PageSwitch => known.has(word)))
}
