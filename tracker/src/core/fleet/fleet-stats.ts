import type { Beat, ProcessId } from '../../../../protocol/fleet-messages.js'
import type { Process } from './processes.js'
import type { FleetSettings, LocalFacts } from './fleet-settings.js'

/** One process as `GET /stats` shows it. */
export interface ProcessStats {
  readonly process: ProcessId
  readonly url?: string
  readonly members: number
  readonly streams: number
  /** Whether it takes more members. */
  readonly room: boolean
  /** Since its last beat. */
  readonly silentMs: number
}

/** The fleet as one of its processes knows it. */
export interface FleetStats {
  readonly process: ProcessId
  /** Whether the broker can be reached. Without it the others fade from this list, and nothing else changes. */
  readonly broker: 'connected' | 'away'
  /** The others that are alive. */
  readonly processes: readonly ProcessStats[]
  /** This process and the others; what processes that are gone have moved is not in it. */
  readonly totals: {
    readonly members: number
    readonly bytes: {
      readonly cdn: number
      readonly peers: number
      readonly uploaded: number
      readonly wasted: number
    }
    readonly rescues: number
    /** Share of delivered bytes that did not come from the CDN, 0 to 1; 0 while nothing was delivered. */
    readonly offload: number
  }
  /** Messages since the start: sent, heard of others, and not understood. */
  readonly messages: { readonly published: number; readonly received: number; readonly rejected: number }
  /** Times that a connection to the broker was given up because nothing came through it. */
  readonly reconnects: number
  /** Streams whose members were told to go to another process. */
  readonly streamsMoved: number
}

export function fleetStats(
  now: number,
  { self }: FleetSettings,
  connected: boolean,
  local: LocalFacts,
  others: { values(): Iterable<Process> },
  counts: FleetStats['messages'] & Pick<FleetStats, 'reconnects' | 'streamsMoved'>,
): FleetStats {
  const processes: ProcessStats[] = []
  let { totals, members } = local
  for (const other of others.values()) {
    totals = addTotals(totals, other.totals)
    members += other.members
    processes.push(processStats(now, other))
  }
  const { published, received, rejected, reconnects, streamsMoved } = counts
  return {
    process: self,
    broker: connected ? 'connected' : 'away',
    processes,
    totals: { members, ...traffic(totals) },
    messages: { published, received, rejected },
    reconnects,
    streamsMoved,
  }
}

function addTotals(sum: Beat['totals'], more: Beat['totals']): Beat['totals'] {
  const add = (name: keyof Beat['totals']) => Math.min(Number.MAX_SAFE_INTEGER, sum[name] + more[name])
  return {
    cdnBytes: add('cdnBytes'),
    peerBytes: add('peerBytes'),
    uploadedBytes: add('uploadedBytes'),
    wastedBytes: add('wastedBytes'),
    rescues: add('rescues'),
  }
}

function traffic({ cdnBytes, peerBytes, uploadedBytes, wastedBytes, rescues }: Beat['totals']) {
  const delivered = cdnBytes + peerBytes
  return {
    bytes: { cdn: cdnBytes, peers: peerBytes, uploaded: uploadedBytes, wasted: wastedBytes },
    rescues,
    offload: delivered === 0 ? 0 : peerBytes / delivered,
  }
}

function processStats(now: number, { id, url, members, streams, room, seenAt }: Process): ProcessStats {
  const silentMs = Math.round(now - seenAt)
  return { process: id, ...(url === undefined ? {} : { url }), members, streams, room, silentMs }
}
