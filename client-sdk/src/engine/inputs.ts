import type { RosterEntry } from '../../../protocol/member.js'
import type { MemberId, RenditionId } from '../../../protocol/ids.js'
import type { SignedPlaylistEdge } from '../../../protocol/playlist-edge.js'
import type { HashList, SegmentDigest } from '../../../protocol/segment-digest.js'
import type { SegmentIdentity } from '../../../protocol/segment-key.js'
import type { WireMessage } from '../../../protocol/wire-messages.js'
import type { HashOrder } from './outputs.js'

/** Numbers an open link; chosen by whoever drives the engine, never used twice. */
export type LinkId = number & { readonly brand: 'LinkId' }
/** Numbers a CDN fetch; chosen by the engine, never used twice. */
export type FetchId = number & { readonly brand: 'FetchId' }
/** Numbers one request of the player for a segment; chosen by the player layer, never used twice. */
export type WantId = number & { readonly brand: 'WantId' }

/** Where the CDN keeps a segment. */
export interface SegmentSource {
  readonly url: string
  /** Extra request headers that the player asks for. */
  readonly headers?: Readonly<Record<string, string>>
}

/** A segment that the member's own playlist lists. */
export interface ListedSegment {
  readonly segment: SegmentIdentity
  readonly source: SegmentSource
  /** Duration in milliseconds, from EXTINF. */
  readonly durationMs: number
}

/** Why a CDN fetch ended without all its bytes. */
export type FetchFailure =
  /** The CDN answered with a status that is no success: 404, 503 ... */
  | { readonly kind: 'status'; readonly status: number }
  /** No answer, a refused or broken connection, CORS. */
  | { readonly kind: 'network' }
  /** The connection ended before the announced length. */
  | { readonly kind: 'truncated' }
  /** Nothing came for too long: decided by the engine, which aborts the fetch. */
  | { readonly kind: 'timeout' }
  /** A Range that starts at or after the end of the resource: status 416. */
  | { readonly kind: 'beyond-end' }

/**
 * What happened, in the past tense. Everything the engine knows comes in as one of these, with the time at which
 * it happened; nothing in them is trusted to be in order or in range when it comes from a neighbour.
 */
export type EngineInput =
  // Links
  | { readonly kind: 'link-opened'; readonly link: LinkId; readonly member: MemberId }
  | { readonly kind: 'link-closed'; readonly link: LinkId }
  | { readonly kind: 'message-received'; readonly link: LinkId; readonly message: WireMessage }
  /** The neighbour asks for a block: `handle` is one of ours, `offset` and `length` are in bytes. */
  | {
      readonly kind: 'block-requested'
      readonly link: LinkId
      readonly handle: number
      readonly offset: number
      readonly length: number
    }
  | {
      readonly kind: 'request-cancelled'
      readonly link: LinkId
      readonly handle: number
      readonly offset: number
      readonly length: number
    }
  /** A block came: `handle` is one of the neighbour's. The engine keeps `bytes`; the caller must not reuse them. */
  | {
      readonly kind: 'block-received'
      readonly link: LinkId
      readonly handle: number
      readonly offset: number
      readonly bytes: Uint8Array
    }
  | {
      readonly kind: 'request-rejected'
      readonly link: LinkId
      readonly handle: number
      readonly offset: number
      readonly length: number
    }
  // The cell
  /** The tracker has not told yet who else is there, and there may be somebody. */
  | { readonly kind: 'company-expected' }
  /** Everyone in the cell but this member, as the tracker last told it. Replaces the list before. */
  | { readonly kind: 'roster-changed'; readonly members: readonly RosterEntry[] }
  // Digests
  /** The tracker took this member in, and has digests of the stream, or has none. */
  | { readonly kind: 'digests-expected'; readonly expected: boolean }
  /** The tracker told a digest whose signature is right; with the hash list, for some members. */
  | { readonly kind: 'digest-told'; readonly digest: SegmentDigest; readonly hashes?: HashList }
  /** The answer to `hash-block`. */
  | { readonly kind: 'block-hashed'; readonly order: HashOrder; readonly hash: Uint8Array }
  // Playlists
  /** What a playlist has come to, with its signature checked: neighbours are to hear of it. */
  | { readonly kind: 'playlist-edge-proven'; readonly edge: SignedPlaylistEdge }
  // The CDN
  /** The response's head came. `offset`: where in the segment its first byte lies (0 when Range was ignored). */
  | {
      readonly kind: 'fetch-started'
      readonly fetch: FetchId
      readonly offset: number
      readonly bytesExpected?: number
    }
  | { readonly kind: 'fetch-progressed'; readonly fetch: FetchId; readonly bytes: Uint8Array }
  /** The body ended where its length, if announced, said it would. */
  | { readonly kind: 'fetch-ended'; readonly fetch: FetchId }
  | { readonly kind: 'fetch-failed'; readonly fetch: FetchId; readonly failure: FetchFailure }
  // The player
  | { readonly kind: 'rendition-followed'; readonly rendition: RenditionId }
  /** A live playlist was loaded; `segments` are its newest, at most 64, oldest first. */
  | {
      readonly kind: 'playlist-seen'
      readonly rendition: RenditionId
      readonly segments: readonly ListedSegment[]
    }
  | {
      readonly kind: 'segment-wanted'
      readonly want: WantId
      readonly segment: SegmentIdentity
      readonly source: SegmentSource
      /** Of the segment's playlist. On demand nobody else is likely to fetch the same segment now. */
      readonly live: boolean
      /** When playback reaches the segment: on the engine's clock, in milliseconds. May lie in the past. */
      readonly deadline: number
      /** How long the player waits for a first byte, and for the whole segment, before it calls it a time-out. */
      readonly firstByteTimeoutMs: number
      readonly loadTimeoutMs: number
    }
  /** The player no longer wants it: aborted, switched, closed. */
  | { readonly kind: 'segment-abandoned'; readonly want: WantId }
  // The owner
  /** 0 stops uploads; Infinity lifts the cap. */
  | { readonly kind: 'upload-capped'; readonly bytesPerSecond: number }
  /** How many bytes wait in the send buffer of each of {@link Engine.watchedLinks}: told while {@link Engine.watchesBacklogs}. */
  | { readonly kind: 'backlogs-seen'; readonly backlogs: ReadonlyMap<LinkId, number> }
  /** How long a packet takes to each neighbour and back, in ms, as it was measured last; links without a figure are left out. */
  | { readonly kind: 'round-trips-seen'; readonly roundTrips: ReadonlyMap<LinkId, number> }
  /** Time passed: `wakeAt()` was reached. */
  | { readonly kind: 'woken' }
