import type { RenditionId, StreamId } from '../../../protocol/ids.js'
import type { Cell } from './cell.js'
import type { Swarm } from './swarm.js'
import type { Swarms } from './swarms.js'
import { offloadOf, type Totals } from './totals.js'

/** Bytes as members report them: a picture for operators, not a proof. */
export interface TrafficStats {
  readonly bytes: {
    /** Received from the CDN. */
    readonly cdn: number
    /** Received from other members. */
    readonly peers: number
    /** Sent to other members. */
    readonly uploaded: number
    /** Received and of no use, such as a block that came twice. */
    readonly wasted: number
  }
  /** CDN fetches made because peers would have been late. */
  readonly rescues: number
  /** Share of delivered bytes that did not come from the CDN, 0 to 1; 0 while nothing was delivered. */
  readonly offload: number
}

export interface CellStats {
  /** Numbers the cell within this tracker process. */
  readonly id: number
  readonly members: number
  /** How many of the members are fog nodes. */
  readonly fog: number
  /** How many members follow each rendition; those who have chosen none are left out. */
  readonly renditions: Readonly<Record<RenditionId, number>>
}

export interface StreamStats extends TrafficStats {
  readonly stream: StreamId
  readonly members: number
  readonly cells: readonly CellStats[]
}

export interface TrackerStats {
  readonly connections: number
  /** The streams that have members now, the longest-running first, up to a limit. */
  readonly streams: readonly StreamStats[]
  /** Everything, including streams not listed and traffic of streams that have ended. */
  readonly totals: TrafficStats & { readonly streams: number; readonly members: number }
}

export function trackerStats(swarms: Swarms, connections: number, streamsListedMax: number): TrackerStats {
  const streams: StreamStats[] = []
  for (const swarm of swarms.byStream.values()) {
    if (streams.length >= streamsListedMax) break
    streams.push(streamStats(swarm))
  }
  const totals = {
    streams: swarms.byStream.size,
    members: swarms.memberCount,
    ...trafficStats(swarms.totals),
  }
  return { connections, streams, totals }
}

function streamStats(swarm: Swarm): StreamStats {
  const cells = [...swarm.cells].map(cellStats)
  return { stream: swarm.stream, members: swarm.members.size, cells, ...trafficStats(swarm.totals) }
}

function cellStats(cell: Cell): CellStats {
  let fog = 0
  for (const member of cell.members.values()) if (member.role === 'fog') fog += 1
  return { id: cell.id, members: cell.members.size, fog, renditions: Object.fromEntries(cell.renditions) }
}

function trafficStats(totals: Totals): TrafficStats {
  const { cdnBytes, peerBytes, uploadedBytes, wastedBytes, rescues } = totals
  return {
    bytes: { cdn: cdnBytes, peers: peerBytes, uploaded: uploadedBytes, wasted: wastedBytes },
    rescues,
    offload: offloadOf(totals),
  }
}
