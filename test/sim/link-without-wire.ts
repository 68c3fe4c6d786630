import type { LinkOpener } from '../../client-sdk/src/transport/wire-link.js'
import type { LinkedChannel } from './virtual-network.js'

/**
 * Lets the SDK's own neighbourhood run without the wire protocol. bittorrent-protocol is a stream whose data events come
 * when Node's event loop turns, not when virtual time does; so a channel of the simulator is a link already, and nobody
 * shakes hands on it.
 */
export const linkWithoutWire: LinkOpener = (channel, _ends, _clock, listener) => {
  const { link } = channel as LinkedChannel
  link.ended = (code) => listener.ended(code === 'remote' ? 'channel-closed' : code)
  listener.opened(link)
  return link
}
