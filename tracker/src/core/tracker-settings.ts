import type { MemberId, StreamId, SwarmId } from '../../../protocol/ids.js'
import type { AccountLimits } from './account.js'

/** What an operator decides. Complete and validated at the edge: the core has no default of its own. */
export interface TrackerSettings {
  /** Members in all streams together. */
  readonly membersMax: number
  /** Open connections, joined or not. */
  readonly connectionsMax: number
  /** Streams with at least one member. */
  readonly streamsMax: number
  /** Members of one cell. At most as many as `cellMembersMax` in protocol/limits.ts, which bounds what a roster tells. */
  readonly cellMembersMax: number
  /** A connection that has not joined after so many milliseconds is dropped. */
  readonly joinTimeoutMs: number
  /** A stream with fewer members has no P2P; 1 lets every stream have it. */
  readonly p2pViewersMin: number
  /** For how many milliseconds roster changes of a cell are collected before they go out as one message. */
  readonly rosterDelayMs: number
  /** How often members are asked to report, in milliseconds. */
  readonly reportIntervalMs: number
  /** Messages that one connection may send at once, and per second in the long run. */
  readonly messageBurst: number
  readonly messagesPerSecond: number
  /** What the connections of one address, and those with one token, may do together. */
  readonly perAddress: AccountLimits
  readonly perToken: AccountLimits
}

/** Keyed names that nobody can compute without the tracker's secret. */
export interface TrackerKeys {
  /** The public key of a stream's digests, as base64url; undefined when it has none. */
  digestKeyOf?(stream: StreamId): string | undefined
  swarmIdOf(stream: StreamId): SwarmId
  /** The text by which a member proves on another connection of the same holder that it had this id before. */
  resumeOf(swarm: SwarmId, member: MemberId, holder: string): string
}

/** Draws a number of [0, 1). A seeded one makes the tracker replayable. */
export type Random = () => number
