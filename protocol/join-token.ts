/**
 * How a join token travels: a browser cannot set headers on a WebSocket, and a query string ends up in access logs,
 * so it is offered as a subprotocol beside the protocol's own name, and is never the one that is chosen.
 *
 *     Sec-WebSocket-Protocol: prismesh.v1, prismesh.token.eyJhbGciOi...
 */
export const trackerSubprotocol = 'prismesh.v1'
const tokenPrefix = 'prismesh.token.'

/** A JWT with a stream, an origin and a member is under 1 KB. */
const tokenLengthMax = 2048
/** What JWTs are written with; all of it may stand in the header. */
const tokenText = /^[\w.-]+$/

export function isTokenText(text: string): boolean {
  return text.length <= tokenLengthMax && tokenText.test(text)
}

/** The subprotocols that a member offers. */
export function offeredSubprotocols(token: string): string[] {
  return [trackerSubprotocol, tokenPrefix + token]
}

/** The token among the subprotocols of a header, if there is one. */
export function tokenAmong(header: string | undefined): string | undefined {
  const offered = header?.split(',').map((name) => name.trim())
  return offered?.find((name) => name.startsWith(tokenPrefix))?.slice(tokenPrefix.length)
}
