import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Lets any page read the origin, as CDNs do, and answers preflights.
 *
 * Content-Range stays hidden unless asked for: most CDNs do not expose it, so players must not rely on it.
 *
 * @returns true when the request was a preflight and has been answered.
 */
export function applyCors(
  request: IncomingMessage,
  response: ServerResponse,
  exposeContentRange: boolean,
): boolean {
  response.setHeader('Access-Control-Allow-Origin', '*')
  if (exposeContentRange) response.setHeader('Access-Control-Expose-Headers', 'Content-Range, Accept-Ranges')
  if (request.method !== 'OPTIONS') return false
  response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, POST, OPTIONS')
  response.setHeader('Access-Control-Allow-Headers', 'Range, Content-Type')
  response.setHeader('Access-Control-Max-Age', '600')
  response.writeHead(204).end()
  return true
}
