import type { RenditionId, StreamId } from '../../../protocol/ids.js'
import { cellMembersMax } from '../../../protocol/limits.js'
import type { StreamPolicy } from '../../../protocol/stream-policy.js'
import type { TrackerErrorCode, UploadRule } from '../../../protocol/tracker-messages.js'
import type { Cell } from './cell.js'
import type { Membership } from './membership.js'
import type { Outbox } from './outbox.js'
import type { Policies } from './policies.js'
import type { Swarm } from './swarm.js'
import { trafficStats, type TrafficStats } from './traffic-stats.js'

export interface CellStats {
  /** Numbers the cell within this tracker process. */
  readonly id: number
  readonly members: number
  /** How many of the members are fog nodes. */
  readonly fog: number
  /** How many members follow each rendition; those who have chosen none are left out. */
  readonly renditions: Readonly<Record<RenditionId, number>>
}

/** Members that give nothing, or less, by the rule that they told last; rules that hold nobody back are left out. */
export type HeldBack = Readonly<Partial<Record<UploadRule, number>>>

export interface StreamStats extends TrafficStats {
  readonly stream: StreamId
  readonly members: number
  readonly uploadsHeldBack: HeldBack
  readonly cells: readonly CellStats[]
  /**
   * How often the CDN sends each segment, of late. With a witness: what members took from the CDN over what came into
   * being. Without: the members times the share that came from the CDN, which holds where all follow the same rendition.
   * Null while nothing came.
   */
  readonly copiesPerSegment: number | null
  /** The same over its cells, each of which shall take one. */
  readonly copiesPerCell: number | null
  readonly copiesFrom: 'witness' | 'members'
  /**
   * Whether members can check what neighbours give. `none`: no rule of the witness allows the stream, so that pages that
   * take nothing unchecked share nothing; `missing`: one does, and no digest has come for a minute.
   */
  readonly digests: 'told' | 'missing' | 'none'
  readonly policy: StreamPolicy
}

/** Cells by how many members they have. */
export type CellSizes = Readonly<Record<(typeof cellSizes)[number]['name'], number>>

/** What happened since the start. */
export interface TrackerCounts {
  readonly joins: number
  /** Joins that took over from an older connection of the same member. */
  readonly takeovers: number
  readonly introductions: number
  /** `signal` messages passed on. */
  readonly signals: number
  /** Errors told to members and applicants, by code; those that never occurred are left out. */
  readonly errors: Readonly<Partial<Record<TrackerErrorCode, number>>>
}

export interface TrackerStats {
  readonly connections: number
  /** The streams that have members now, the largest first, up to a limit. */
  readonly streams: readonly StreamStats[]
  /** Everything, including streams not listed and traffic of streams that have ended. */
  readonly totals: TrafficStats & {
    readonly streams: number
    readonly members: number
    readonly uploadsHeldBack: HeldBack
    readonly cells: CellSizes
  }
  readonly counts: TrackerCounts
}

/** What the statistics are made of. */
export interface StatsSources {
  readonly connections: number
  readonly membership: Membership
  readonly outbox: Outbox
  readonly streamsListedMax: number
}

/** A stream whose segments are longer than this has no live viewers. */
const digestsMissingMs = 60_000

const cellSizes = [
  { name: '1', most: 1 },
  { name: '2-8', most: 8 },
  { name: '9-32', most: 32 },
  { name: '33-63', most: cellMembersMax - 1 },
  { name: '64', most: cellMembersMax },
] as const

export function trackerStats(now: number, sources: StatsSources): TrackerStats {
  const { connections, membership, outbox, streamsListedMax } = sources
  const { swarms, policies } = membership
  const listed = [...swarms.byStream.values()]
    .toSorted((one, other) => other.members.size - one.members.size)
    .slice(0, streamsListedMax)
  const streams = listed.map((swarm) => ({
    ...streamStats(now, swarm, policies),
    digests: digestsOf(now, swarm, membership),
  }))
  const totals = {
    streams: swarms.byStream.size,
    members: swarms.memberCount,
    uploadsHeldBack: heldBack(swarms.byStream.values()),
    cells: countCells(swarms.byStream.values()),
    ...trafficStats(now, swarms.totals, swarms.recent),
  }
  const counts = {
    joins: membership.joins,
    takeovers: membership.takeovers,
    introductions: membership.introductionsMade,
    signals: membership.signalsRelayed,
    errors: Object.fromEntries(outbox.errorCounts),
  }
  return { connections, streams, totals, counts }
}

function digestsOf(now: number, swarm: Swarm, membership: Membership): StreamStats['digests'] {
  if (!membership.expectsDigests(swarm.stream)) return 'none'
  return now - swarm.digestedAt < digestsMissingMs ? 'told' : 'missing'
}

function streamStats(now: number, swarm: Swarm, policies: Policies): Omit<StreamStats, 'digests'> {
  const traffic = trafficStats(now, swarm.totals, swarm.recent)
  const { offload } = traffic.recent
  const witnessed = swarm.recent.copies(now)
  const copies = witnessed ?? (offload === null ? null : (1 - offload) * swarm.members.size)
  return {
    stream: swarm.stream,
    members: swarm.members.size,
    uploadsHeldBack: heldBack([swarm]),
    cells: [...swarm.cells].map(cellStats),
    ...traffic,
    copiesPerSegment: copies === null ? null : round(copies),
    copiesPerCell: copies === null ? null : round(copies / Math.max(1, swarm.cells.size)),
    copiesFrom: witnessed === null ? 'members' : 'witness',
    policy: policies.of(swarm.stream),
  }
}

function heldBack(swarms: Iterable<Swarm>): HeldBack {
  const counts: Partial<Record<UploadRule, number>> = {}
  for (const { members } of swarms) {
    for (const { uploadRule } of members.values()) {
      if (uploadRule !== undefined) counts[uploadRule] = (counts[uploadRule] ?? 0) + 1
    }
  }
  return counts
}

function cellStats(cell: Cell): CellStats {
  let fog = 0
  for (const member of cell.members.values()) if (member.role === 'fog') fog += 1
  return { id: cell.id, members: cell.members.size, fog, renditions: Object.fromEntries(cell.renditions) }
}

function countCells(swarms: Iterable<Swarm>): CellSizes {
  const counts = { '1': 0, '2-8': 0, '9-32': 0, '33-63': 0, '64': 0 }
  for (const swarm of swarms) {
    for (const cell of swarm.cells) {
      const size = cellSizes.find(({ most }) => cell.members.size <= most)
      if (size) counts[size.name] += 1
    }
  }
  return counts
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
