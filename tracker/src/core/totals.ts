import type { ReportRequest } from '../../../protocol/tracker-messages.js'
import { reportedBytesPerSecondMax, reportedRescuesPerSecondMax } from './bounds.js'

const totalNames = ['cdnBytes', 'peerBytes', 'uploadedBytes', 'wastedBytes', 'rescues'] as const

/** What members say they moved. Sums of these only grow. */
export type Totals = Readonly<Record<(typeof totalNames)[number], number>>

export const noTotals: Totals = { cdnBytes: 0, peerBytes: 0, uploadedBytes: 0, wastedBytes: 0, rescues: 0 }

export function addTotals(sum: Totals, more: Totals): Totals {
  return mapTotals((name) => Math.min(Number.MAX_SAFE_INTEGER, sum[name] + more[name]))
}

/**
 * What a cumulative report adds to the one before. If any figure went back, the member has begun to count anew,
 * and all of the report is news. What exceeds the fastest plausible member over `elapsedMs` is cut off: the
 * second on top is for reports that follow each other closely.
 */
export function totalsSince(report: ReportRequest, before: Totals, elapsedMs: number): Totals {
  const restarted = totalNames.some((name) => report[name] < before[name])
  const seconds = elapsedMs / 1000 + 1
  return mapTotals((name) => {
    const perSecondMax = name === 'rescues' ? reportedRescuesPerSecondMax : reportedBytesPerSecondMax
    const added = restarted ? report[name] : report[name] - before[name]
    return Math.min(added, Math.floor(seconds * perSecondMax))
  })
}

/** The figures of a report alone, to compare the next one with. */
export function totalsOf(report: ReportRequest): Totals {
  return mapTotals((name) => report[name])
}

/** Share of delivered bytes that did not come from the CDN; 0 while nothing was delivered. */
export function offloadOf(totals: Totals): number {
  const delivered = totals.cdnBytes + totals.peerBytes
  return delivered === 0 ? 0 : totals.peerBytes / delivered
}

function mapTotals(valueOf: (name: (typeof totalNames)[number]) => number): Totals {
  return {
    cdnBytes: valueOf('cdnBytes'),
    peerBytes: valueOf('peerBytes'),
    uploadedBytes: valueOf('uploadedBytes'),
    wastedBytes: valueOf('wastedBytes'),
    rescues: valueOf('rescues'),
  }
}
