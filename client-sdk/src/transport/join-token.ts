import type { MemberId, StreamId } from '../../../protocol/ids.js'
import { isTokenText } from '../../../protocol/join-token.js'

/** What a token is asked for. */
export interface TokenPurpose {
  readonly stream: StreamId
  readonly member: MemberId
}

/** An admission token, or the site's function for a fresh one. */
export type JoinToken = string | ((purpose: TokenPurpose) => string | Promise<string>)

/** Asks for the token; `done` hears it once, or `failed` hears why there is none: what was thrown, or no JWT. */
export function obtainToken(
  token: JoinToken | undefined,
  purpose: TokenPurpose,
  done: (token: string | undefined) => void,
  failed: (error: unknown) => void,
): void {
  // An answer over HTTP often ends with a line break.
  const check = (given: unknown) => {
    const text = typeof given === 'string' ? given.trim() : ''
    if (isTokenText(text)) done(text)
    else
      failed(new TypeError(text === '' ? 'the function for the token gave no text' : 'the token is no JWT'))
  }
  if (token === undefined) done(undefined)
  else if (typeof token === 'string') check(token)
  // The site's function may throw at once or later, and return anything: a promise makes these alike.
  else new Promise<unknown>((resolve) => resolve(token(purpose))).then(check, failed)
}
