import type { StreamId } from '../../protocol/ids.js'
import { asStreamId, streamIdOfUrl } from './player/stream-id.js'
import type { Warnings } from './warnings.js'

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
