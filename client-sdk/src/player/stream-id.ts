import { streamIdLengthMax, type StreamId } from '../../../protocol/ids.js'
import type { Warnings } from '../warnings.js'

/**
 * Names a stream by its playlist's host and path. Query and fragment are left out: that is where tokens and
 * session ids are. Undefined when the URL is not http or https (a blob has another URL for every viewer) or too
 * long to be an id; the page then sets the option `streamId`.
 */
export function streamIdOfUrl(playlistUrl: string): StreamId | undefined {
  const url = parse(playlistUrl)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return undefined
  return asStreamId(url.host + url.pathname)
}

/** Undefined unless the text has 1 to 256 characters. */
export function asStreamId(text: unknown): StreamId | undefined {
  if (typeof text !== 'string' || text.length < 1 || text.length > streamIdLengthMax) return undefined
  return text as StreamId
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text)
  } catch {
    return undefined
  }
}

/**
 * Names a stream as the page's option says, or by its URL. What the page gets wrong is a warning, and leaves the
 * stream without a name: it plays from the CDN.
 */
export function nameStream(
  option: string | ((playlistUrl: string) => string) | undefined,
  playlistUrl: string,
  warnings: Pick<Warnings, 'warn'>,
): StreamId | undefined {
  if (option === undefined) {
    const id = streamIdOfUrl(playlistUrl)
    if (!id)
      warnings.warn('stream-unnamed', 'The playlist has no http(s) URL: set the option streamId to share it.')
    return id
  }
  try {
    const id = asStreamId(typeof option === 'function' ? option(playlistUrl) : option)
    if (!id) warnings.warn('stream-id-failed', 'The option streamId must give a text of 1 to 256 characters.')
    return id
  } catch (error) {
    warnings.warn('stream-id-failed', 'The option streamId threw.', error)
    return undefined
  }
}
