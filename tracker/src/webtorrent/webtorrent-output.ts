import type { ConnectionId } from '../core/tracker-input.js'

/** What the server must do, in this order. */
export type WebtorrentOutput =
  /** A WebSocket frame whose characters are the bytes to send. What the reader is too slow for may be left out. */
  | { readonly kind: 'send'; readonly connection: ConnectionId; readonly frame: string }
  /** The core has forgotten the connection already; what was sent before still goes out. */
  | {
      readonly kind: 'close'
      readonly connection: ConnectionId
      readonly code: number
      readonly reason: string
    }
