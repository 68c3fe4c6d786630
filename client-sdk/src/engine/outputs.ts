import type { MemberId } from '../../../protocol/ids.js'
import type { SegmentIdentity, SegmentKey } from '../../../protocol/segment-key.js'
import type { SignedPlaylistEdge } from '../../../protocol/playlist-edge.js'
import type { WireMessage } from '../../../protocol/wire-messages.js'
import type { ChangedBlock } from './blame.js'
import type { FetchFailure, FetchId, LinkId, SegmentSource, WantId } from './inputs.js'
import type { BlockOrigin } from './segment-copy.js'

/** Why the engine closes a link: the neighbour broke a rule. Every code is documented in docs/protocol.md. */
export const linkViolations = [
  'handle-reused',
  'handle-unknown',
  'too-many-segments',
  'block-not-asked',
  'block-misshapen',
  'block-outside',
  'length-conflict',
  'request-outside',
  'too-many-requests',
  'version-unsupported',
  'hello-repeated',
  'block-changed',
  'digest-false',
] as const
export type LinkViolation = (typeof linkViolations)[number]

/** One neighbour's share of a segment. */
export interface DeliverySource {
  readonly member: MemberId
  readonly bytes: number
}

/** How a wanted segment came to be there: times on the engine's clock in milliseconds, sizes in bytes. */
export interface Delivery {
  /** When the member began to get it, perhaps before the player asked. */
  readonly startedAt: number
  readonly firstByteAt: number
  readonly completedAt: number
  readonly cdnBytes: number
  readonly peerBytes: number
  /** Which neighbours gave how much of it. */
  readonly sources: readonly DeliverySource[]
  /** What the member's path to the CDN carries, smoothed, by its own measurements and what neighbours saw since; absent until something was measured. */
  readonly cdnBytesPerSecond?: number
  /** Smoothed time to the CDN's first byte, in milliseconds; absent until something was measured. */
  readonly cdnFirstByteMs?: number
}

/** A block whose hash is wanted, and where it stands. Whoever answers gives the order back with the hash. */
export interface HashOrder {
  readonly kind: 'hash-block'
  readonly key: SegmentKey
  /** The member's own handle of its copy: another copy of the same segment has another one. */
  readonly handle: number
  readonly index: number
  /** Stay the engine's own, and are not changed meanwhile. */
  readonly bytes: Uint8Array
  readonly origin: BlockOrigin
}

/** What is to be done. Whoever drives the engine carries the orders out in their order. */
export type EngineOutput =
  // Links
  | { readonly kind: 'send'; readonly link: LinkId; readonly message: WireMessage }
  | {
      readonly kind: 'request-block'
      readonly link: LinkId
      readonly handle: number
      readonly offset: number
      readonly length: number
    }
  | {
      readonly kind: 'cancel-block'
      readonly link: LinkId
      readonly handle: number
      readonly offset: number
      readonly length: number
    }
  | {
      readonly kind: 'send-block'
      readonly link: LinkId
      readonly handle: number
      readonly offset: number
      readonly bytes: Uint8Array
    }
  | {
      readonly kind: 'reject-block'
      readonly link: LinkId
      readonly handle: number
      readonly offset: number
      readonly length: number
    }
  | { readonly kind: 'close-link'; readonly link: LinkId; readonly violation: LinkViolation }
  /** The hash of this block is wanted, see {@link blockHash}: to be told with `block-hashed`. */
  | HashOrder
  /** This member sent changed blocks, and is not dealt with any more: to be told to the tracker. */
  | ({ readonly kind: 'accuse-member' } & ChangedBlock)
  /** A neighbour told what a playlist has come to: whether that is so is to be checked. */
  | { readonly kind: 'check-playlist-edge'; readonly edge: SignedPlaylistEdge }
  // The CDN
  /** Fetch bytes `from` (inclusive) up to `to` (exclusive; absent: to the end) of the segment, one Range request. */
  | {
      readonly kind: 'fetch'
      readonly fetch: FetchId
      readonly segment: SegmentIdentity
      readonly source: SegmentSource
      readonly from: number
      readonly to?: number
    }
  | { readonly kind: 'abort-fetch'; readonly fetch: FetchId }
  // The player
  /** More of a wanted segment is there. `totalBytes` is absent while nobody knows it. */
  | {
      readonly kind: 'progress'
      readonly want: WantId
      readonly loadedBytes: number
      readonly totalBytes?: number
    }
  /** The whole segment, as consecutive blocks that stay the engine's own: copy them, never hand them out. */
  | {
      readonly kind: 'deliver'
      readonly want: WantId
      readonly blocks: readonly Uint8Array[]
      readonly totalBytes: number
      readonly delivery: Delivery
    }
  /** Neither the CDN nor any neighbour could give it; the player's own retry rules decide what next. */
  | { readonly kind: 'fail'; readonly want: WantId; readonly failure: FetchFailure }
