import { ConnectionAttempt } from '../../client-sdk/src/transport/connection-attempt.js'
import type { Channel } from '../../client-sdk/src/ports/channel.js'
import type { LinkedChannel } from './virtual-network.js'

/**
 * Lets the SDK's own neighbourhood run without the wire protocol. bittorrent-protocol is a stream whose data events come
 * when Node's event loop turns, not when virtual time does; so a channel of the simulator is a link already, and the
 * attempt takes it where it would shake hands on the channel. For the whole process: nothing else in it makes links.
 */
export function linkWithoutWire(): void {
  ConnectionAttempt.prototype['handleChannel'] = function (this: ConnectionAttempt, channel: Channel): void {
    const { link } = channel as LinkedChannel
    if (this['state'] !== 'connecting') {
      link.close('closed')
      return
    }
    this['state'] = 'open'
    this['wire'] = link
    link.ended = (code) => this['end'](code === 'remote' ? 'channel-closed' : code)
    this['listener'].opened(link)
  }
}
