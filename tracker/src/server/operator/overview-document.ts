import type { StreamPolicy } from '../../../../protocol/stream-policy.js'
import type { RegionStats } from '../../core/regions.js'
import type { StatsDocument } from '../stats-document.js'
import type { EventLoopDelay } from './event-loop-watch.js'

/** How the process is. */
export interface ProcessStats {
  readonly eventLoopDelaySeconds: EventLoopDelay
  readonly residentBytes: number
  readonly heapUsedBytes: number
  readonly cpuSeconds: number
}

/** What happened at the sockets since the start. */
export interface ServerCounts {
  readonly messagesReceived: number
  readonly messagesSent: number
  readonly bytesSent: number
  /** Connections ended because they did not read what they were sent. */
  readonly slowReadersShed: number
  /** Inputs at which the tracker itself failed. */
  readonly bugs: number
  /** Connections refused before they were let in, by code; those that never occurred are left out. */
  readonly refused: Readonly<Record<string, number>>
}

/** What `GET /operator/overview` answers: everything that the console shows. */
export interface OverviewDocument extends StatsDocument {
  readonly state: 'serving' | 'draining'
  /** Every policy other than the default, for streams with and without members. */
  readonly policies: readonly { readonly stream: string; readonly policy: StreamPolicy }[]
  /** Members and tokens that are banned. */
  readonly bans: number
  /** Where the members are, the most first, as far as the operator's files tell. */
  readonly regions: readonly RegionStats[]
  readonly process: ProcessStats
  readonly server: ServerCounts
}
