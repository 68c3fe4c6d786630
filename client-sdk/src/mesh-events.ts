import type { MeshStats } from './stats.js'
import type { MeshWarning } from './warnings.js'

/** A link to another member came about or ended. */
export interface LinkEvent {
  /** The neighbour's id: 40 hexadecimal digits, chosen at random for one stream, no more telling than that. */
  readonly member: string
  /** Open links after the change. */
  readonly links: number
}

/** A link ended. */
export interface LinkClosedEvent extends LinkEvent {
  /** Why: `closed-by-neighbour`, a reason of this side, or the rule that the neighbour broke. */
  readonly code: string
}

/** A segment reached the player. Sizes in bytes. */
export interface SegmentEvent {
  /** `rendition/discontinuity/sequence`, and `/start-end` for a byte range: alike for all viewers. */
  readonly key: string
  readonly cdnBytes: number
  readonly peerBytes: number
  /** Who sent how much of `peerBytes`. */
  readonly sources: readonly { readonly member: string; readonly bytes: number }[]
}

/** What the operator of the tracker decided for a stream. Never allows more than the viewer and the page do. */
export interface PolicyEvent {
  /** `off`: no links; `drain`: no new ones. */
  readonly p2p: 'on' | 'drain' | 'off'
  /** Bytes per second given at most; undefined when the operator sets no cap. */
  readonly uploadBytesPerSecondMax: number | undefined
}

/** What `mesh.on` can be asked for. */
export interface PrismeshEvents {
  /** At most once a second, and only when something changed. */
  stats: (stats: MeshStats) => void
  'link-opened': (event: LinkEvent) => void
  'link-closed': (event: LinkClosedEvent) => void
  /** Once per kind of trouble. Playback goes on in every case. */
  warning: (warning: MeshWarning) => void
  segment: (event: SegmentEvent) => void
  /** The operator decided something for this stream, or took it back. */
  policy: (event: PolicyEvent) => void
}
