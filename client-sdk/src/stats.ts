import type { EngineTotals } from './engine/ledger.js'
import type { ExplanationCode } from './explain.js'

/** How polls of playlists were answered. */
export interface PlaylistPolls {
  /** By the CDN. */
  readonly cdn: number
  /** By what other members told, with no request. */
  readonly shared: number
}

/** What a player took and gave. */
export interface PlayerTotals extends EngineTotals {
  readonly playlists: PlaylistPolls
}

/** Totals since the Prismesh was made, over all its players. Sizes in bytes. */
export interface MeshStats {
  /** Media that came from the CDN, whether Prismesh or the player's own loader fetched it. */
  readonly cdnBytes: number
  /** Media that came from other members. */
  readonly peerBytes: number
  /** Media given to other members. */
  readonly uploadedBytes: number
  /** Received and of no use: what came twice. */
  readonly wastedBytes: number
  /** Share of the received media that did not come from the CDN: 0 to 1, and 0 when nothing came yet. */
  readonly offload: number
  /** Open links to other members. */
  readonly links: number
  /** Delivered segments by origin; `mixed` came from both. */
  readonly segments: { readonly cdn: number; readonly peers: number; readonly mixed: number }
  /** Segments for which waiting longer would have endangered playback, so that the CDN helped out. */
  readonly rescues: number
  /** Whether the operator lets members share: `drain` makes no new links, `off` has none. */
  readonly p2p: 'on' | 'drain' | 'off'
  /** Blocks that neighbours sent and that are not the origin's; counted, and thrown away, with `integrity: 'required'`. */
  readonly changedBlocks: number
  /** Times that the CDN gave this viewer something else than the segment's digest says. */
  readonly changedCdnAnswers: number
  /** Why the viewer gives nothing now, or less: a code of `explain()`; undefined while nothing holds uploads back. */
  readonly uploadRule: ExplanationCode | undefined
  /** Polls of media playlists: those that the CDN answered, and those that others saved it. */
  readonly playlists: PlaylistPolls
}

export const noTotals: PlayerTotals = {
  cdnBytes: 0,
  peerBytes: 0,
  uploadedBytes: 0,
  wastedBytes: 0,
  wastedPeerBytes: 0,
  rescues: 0,
  changedPeerBlocks: 0,
  changedCdnAnswers: 0,
  segments: { cdn: 0, peers: 0, mixed: 0 },
  playlists: { cdn: 0, shared: 0 },
}

/** An engine's totals have no playlists. */
export function addTotals(one: PlayerTotals, other: EngineTotals & Partial<PlayerTotals>): PlayerTotals {
  return {
    cdnBytes: one.cdnBytes + other.cdnBytes,
    peerBytes: one.peerBytes + other.peerBytes,
    uploadedBytes: one.uploadedBytes + other.uploadedBytes,
    wastedBytes: one.wastedBytes + other.wastedBytes,
    wastedPeerBytes: one.wastedPeerBytes + other.wastedPeerBytes,
    rescues: one.rescues + other.rescues,
    changedPeerBlocks: one.changedPeerBlocks + other.changedPeerBlocks,
    changedCdnAnswers: one.changedCdnAnswers + other.changedCdnAnswers,
    segments: {
      cdn: one.segments.cdn + other.segments.cdn,
      peers: one.segments.peers + other.segments.peers,
      mixed: one.segments.mixed + other.segments.mixed,
    },
    playlists: {
      cdn: one.playlists.cdn + (other.playlists?.cdn ?? 0),
      shared: one.playlists.shared + (other.playlists?.shared ?? 0),
    },
  }
}

/** A frozen snapshot for the page. */
export function statsOf(
  totals: PlayerTotals,
  links: number,
  { p2p, uploadRule }: Pick<MeshStats, 'p2p' | 'uploadRule'>,
): MeshStats {
  const received = totals.cdnBytes + totals.peerBytes
  return Object.freeze({
    cdnBytes: totals.cdnBytes,
    peerBytes: totals.peerBytes,
    uploadedBytes: totals.uploadedBytes,
    wastedBytes: totals.wastedBytes,
    offload: received === 0 ? 0 : totals.peerBytes / received,
    links,
    segments: Object.freeze({ ...totals.segments }),
    rescues: totals.rescues,
    p2p,
    changedBlocks: totals.changedPeerBlocks,
    changedCdnAnswers: totals.changedCdnAnswers,
    uploadRule,
    playlists: Object.freeze({ ...totals.playlists }),
  })
}

export function sameStats(one: MeshStats, other: MeshStats): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
