import type { ConnectionId } from '../core/tracker-input.js'

/** What can happen to the endpoint. Facts about a connection it no longer knows are ignored. */
export type WebtorrentInput =
  | {
      readonly kind: 'connection-opened'
      readonly connection: ConnectionId
      /** Names the network it comes from, for the limits per address. Not an address. */
      readonly client: string
    }
  | {
      readonly kind: 'message-received'
      readonly connection: ConnectionId
      /** Well-formed UTF-8, a character for each byte: so it is cut and passed on without being decoded. */
      readonly text: string
    }
  | { readonly kind: 'connection-closed'; readonly connection: ConnectionId }
  /** The moment that `wakeAt` named has come. */
  | { readonly kind: 'time-passed' }
  /** The process is about to end. */
  | { readonly kind: 'stop-requested' }
