import type { ServerOptions } from 'ws'
import type { MemberSocket } from './member-socket.js'

/** Milliseconds the other end gets to close when it was told to: a stop must end within three seconds. */
export const closeTimeoutMs = 1000

/** Beyond `maxPayload`, `ws` closes with 1009. Compression is off: 64 KB of zlib for a member whose messages are few. */
export function webSocketOptions<Socket extends typeof MemberSocket>(WebSocket: Socket, maxPayload: number) {
  // @types/ws 8.18 does not know closeTimeout yet.
  const options: ServerOptions<Socket> & { closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload,
    closeTimeout: closeTimeoutMs,
    WebSocket,
  }
  return options
}
