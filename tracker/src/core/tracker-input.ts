import type { StreamId, SwarmId } from '../../../protocol/ids.js'
import type { StreamPolicy } from '../../../protocol/stream-policy.js'
import type { SignedPlaylistEdge } from '../../../protocol/playlist-edge.js'
import type { WitnessedDigest } from './digest-board.js'
import type { BanSubject } from './bans.js'
import type { Grant } from './grant.js'
import type { Place } from './place.js'

/** Numbers a connection; chosen by the server, never used twice. */
export type ConnectionId = number & { readonly brand: 'ConnectionId' }

/** What can happen to a tracker. Facts about a connection it no longer knows are ignored. */
export type TrackerInput =
  | {
      readonly kind: 'connection-opened'
      readonly connection: ConnectionId
      /** Names the network it comes from, for the limits per address. Not an address. */
      readonly client: string
      readonly grant: Grant
      /** Where it comes from; unknown if left out. */
      readonly place?: Place
    }
  | { readonly kind: 'message-received'; readonly connection: ConnectionId; readonly text: string }
  /** A frame that is not even text: the server saw it and threw it away. */
  | { readonly kind: 'binary-received'; readonly connection: ConnectionId }
  | { readonly kind: 'connection-closed'; readonly connection: ConnectionId }
  /** The operator, here or at another process of the fleet, decided what holds for a stream. */
  | { readonly kind: 'policy-set'; readonly stream: StreamId; readonly policy: StreamPolicy }
  /** The witness has seen new segments of a stream. */
  | {
      readonly kind: 'digests-made'
      readonly stream: StreamId
      readonly digests: readonly WitnessedDigest[]
    }
  /** The witness has seen a live playlist advance. */
  | { readonly kind: 'playlist-edge-made'; readonly stream: StreamId; readonly edge: SignedPlaylistEdge }
  /** All members of these swarms are to join at these URLs instead. */
  | { readonly kind: 'moves-ordered'; readonly homes: ReadonlyMap<SwarmId, string> }
  /** Where the fleet has room, for those that find none here. */
  | { readonly kind: 'room-elsewhere'; readonly urls: readonly string[] }
  /** Nobody may join so for that long; 0 lifts the ban. */
  | { readonly kind: 'ban-set'; readonly subject: BanSubject; readonly forMs: number }
  /** The moment that `wakeAt` named has come. */
  | { readonly kind: 'time-passed' }
  /** The process is about to end: everyone is told when to come back, and nobody is let in any more. */
  | { readonly kind: 'stop-requested' }
