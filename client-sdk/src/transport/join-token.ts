/** An admission token, or the site's function for a fresh one. */
export type JoinToken = string | (() => string | Promise<string>)

/** Asks for the token; `done` hears it once, or `failed` hears why there is none: what was thrown, or no text. */
export function obtainToken(
  token: JoinToken | undefined,
  done: (token: string | undefined) => void,
  failed: (error: unknown) => void,
): void {
  if (typeof token !== 'function') {
    done(token)
    return
  }
  // The site's function may throw at once or later, and return anything: a promise makes these alike.
  new Promise<unknown>((resolve) => resolve(token())).then((text) => {
    if (typeof text === 'string' && text !== '') done(text)
    else failed(new TypeError('the function for the token gave no text'))
  }, failed)
}
