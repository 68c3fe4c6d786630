import type { ReportRequest } from '../../../protocol/tracker-messages.js'
import {
  reportedBytesPerSecondMax,
  reportedLinksPerSecondMax,
  reportedRescuesPerSecondMax,
  reportedStallsPerSecondMax,
} from './bounds.js'

/** What one member can do at most per second: a report is no proof, but it shall not drown the others. */
const perSecondMax = {
  cdnBytes: reportedBytesPerSecondMax,
  peerBytes: reportedBytesPerSecondMax,
  uploadedBytes: reportedBytesPerSecondMax,
  wastedBytes: reportedBytesPerSecondMax,
  rescues: reportedRescuesPerSecondMax,
  stalls: reportedStallsPerSecondMax,
  linksMade: reportedLinksPerSecondMax,
  'failed:connection-failed': reportedLinksPerSecondMax,
  'failed:offer-missing': reportedLinksPerSecondMax,
  'failed:no-room': reportedLinksPerSecondMax,
  'failed:other': reportedLinksPerSecondMax,
} as const
type TotalName = keyof typeof perSecondMax
const totalNames = Object.keys(perSecondMax) as TotalName[]

/** What members say they moved, and what became of their links. Sums of these only grow. */
export type Totals = Readonly<Record<TotalName, number>>

export const noTotals: Totals = mapTotals(() => 0)

export function addTotals(sum: Totals, more: Totals): Totals {
  return mapTotals((name) => Math.min(Number.MAX_SAFE_INTEGER, sum[name] + more[name]))
}

/**
 * What cumulative totals add to those before. If any figure went back, the member has begun to count anew, and all of
 * it is news. What exceeds the fastest plausible member over `elapsedMs` is cut off: the second on top is for
 * reports that follow each other closely.
 */
export function totalsSince(after: Totals, before: Totals, elapsedMs: number): Totals {
  const restarted = totalNames.some((name) => after[name] < before[name])
  const seconds = elapsedMs / 1000 + 1
  return mapTotals((name) => {
    const added = restarted ? after[name] : after[name] - before[name]
    return Math.min(added, Math.floor(seconds * perSecondMax[name]))
  })
}

/** The figures of a report that only grow. */
export function totalsOf(report: ReportRequest): Totals {
  const { cdnBytes, peerBytes, uploadedBytes, wastedBytes, rescues } = report
  const { stalls = 0, linksMade = 0, linksFailed = {} } = report
  return {
    cdnBytes,
    peerBytes,
    uploadedBytes,
    wastedBytes,
    rescues,
    stalls,
    linksMade,
    'failed:connection-failed': linksFailed['connection-failed'] ?? 0,
    'failed:offer-missing': linksFailed['offer-missing'] ?? 0,
    'failed:no-room': linksFailed['no-room'] ?? 0,
    'failed:other': linksFailed.other ?? 0,
  }
}

/** Share of delivered bytes that did not come from the CDN; 0 while nothing was delivered. */
export function offloadOf(totals: Totals): number {
  const delivered = totals.cdnBytes + totals.peerBytes
  return delivered === 0 ? 0 : totals.peerBytes / delivered
}

/** A copy of one object for all keeps their shape, which costs a third of what making it from entries does (measured). */
function mapTotals(valueOf: (name: TotalName) => number): Totals {
  const totals: Record<TotalName, number> = { ...perSecondMax }
  for (const name of totalNames) totals[name] = valueOf(name)
  return totals
}
