import type { MemberId, RenditionId, StreamId } from '../../protocol/ids.js'
import type { RosterEntry } from '../../protocol/member.js'
import type { UploadRule } from '../../protocol/tracker-messages.js'
import type { StreamPolicy } from '../../protocol/stream-policy.js'
import type { Sha256 } from '../../protocol/merkle-tree.js'
import type { SignedPlaylistEdge } from '../../protocol/playlist-edge.js'
import type { HashList, SegmentDigest } from '../../protocol/segment-digest.js'
import type { DriverPorts, EngineDriverOptions } from './driver.js'
import type { ChangedBlock } from './engine/blame.js'
import type { EngineInput, LinkId } from './engine/inputs.js'
import type { EngineTotals } from './engine/ledger.js'
import type { UploadLimit } from './engine/uploads.js'
import type { HlsPlayer } from './player/hls-player.js'
import type { QualityFigures } from './player/playback-quality.js'
import type { LoaderClass } from './player/loader-contract.js'
import type { CdnPort } from './ports/cdn.js'
import type { Clock } from './ports/clock.js'
import type { Link } from './ports/link.js'
import type { PrismeshConfig } from './options.js'

/** A running engine, as a session uses it. */
export interface SessionEngine {
  readonly totals: EngineTotals
  /** What holds uploads back beside the cap on their rate. */
  readonly uploadLimit: UploadLimit | undefined
  tell(input: EngineInput): void
  addLink(link: Link): LinkId
  closeLinks(code: string): void
  close(): void
}

/** How the tracker stands to this member. */
export type SwarmPhase = 'connecting' | 'joined' | 'unreachable' | 'refused'

/** Hears of the tracker and of links. */
export interface SwarmListener {
  phaseChanged(phase: SwarmPhase): void
  /** What the operator decided for the stream: told with every join, and when it changes. */
  policyChanged(policy: StreamPolicy): void
  /** Everyone in the cell but this member. */
  rosterChanged(members: readonly RosterEntry[]): void
  linkOpened(link: Link): void
  linkClosed(member: MemberId, code: string): void
  /** A link that was proposed did not come about. For the log. */
  linkFailed(code: string): void
  /** The tracker wants a report every so many milliseconds. */
  reportsWanted(intervalMs: number): void
  /** The page's function for a token threw, or gave no text. */
  tokenFailed(error: unknown): void
  /** With `integrity: 'required'`: whether the tracker has digests of the stream. */
  digestsExpected(expected: boolean): void
  /** A digest whose signature is not wrong, and for some members the hash list. */
  digestTold(digest: SegmentDigest, hashes: HashList | undefined, signature: 'right' | 'unchecked'): void
  /** The tracker said what a playlist has come to. Its signature was not checked. */
  edgeTold(edge: SignedPlaylistEdge): void
  /** For the log. */
  trackerWarned(code: string, detail: string): void
}

/** This member's place among the others: the tracker, and the links that it proposes. */
export interface Swarm {
  /** Connects to the tracker and joins. Called once. */
  open(): void
  /** From now on the tracker is heard, and introductions lead to links; until then what it says waits. Called after `open`. */
  start(): void
  update(change: { readonly uploads?: boolean; readonly rendition?: RenditionId }): void
  report(
    totals: EngineTotals,
    links: number,
    quality: QualityFigures,
    uploadRule: UploadRule | undefined,
  ): void
  /** Whether an edge's signature is right; undefined where that cannot be told. */
  checkEdge(edge: SignedPlaylistEdge): Promise<boolean | undefined>
  /** A neighbour sent changed blocks. */
  accuse(changed: ChangedBlock): void
  /** The network came back: try the tracker now rather than later. */
  retry(): void
  /** Leaves; idempotent. Every open link is told of as closed, with this code. */
  close(code: string): void
}

export interface SwarmOptions {
  readonly config: PrismeshConfig
  readonly self: MemberId
  readonly stream: StreamId
  readonly uploads: boolean
}

/** What a session is made of; tests put in parts of their own. */
export interface SessionParts {
  readonly clock: Clock
  readonly sha256: Sha256
  /** See {@link DriverPorts.hashBlock}. */
  readonly hashBlock?: NonNullable<DriverPorts['hashBlock']>
  newMemberId(): MemberId
  startEngine(options: EngineDriverOptions, ports: DriverPorts): SessionEngine
  joinSwarm(options: SwarmOptions, listener: SwarmListener): Swarm
  /** `original` is the loader that the player would use without Prismesh. */
  openCdn(player: HlsPlayer, original: LoaderClass): CdnPort
}
