import { streamIdLengthMax, type StreamId } from '../../../protocol/ids.js'

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
