import {
  linkFailureCauses,
  type LinkFailureCause,
  type ReportRequest,
  type UploadRule,
} from '../../../protocol/tracker-messages.js'

/** Totals for `report`, since the session began. */
export type ReportTotals = Required<
  Omit<ReportRequest, 'kind' | 'linksFailed' | 'latencyMs' | 'uploadRule'>
> & {
  readonly linksFailed: Readonly<Record<LinkFailureCause, number>>
  /** As of now, so that there is nothing to subtract; undefined while unknown. */
  readonly latencyMs: number | undefined
  /** As of now; undefined while nothing holds uploads back. */
  readonly uploadRule: UploadRule | undefined
}

const nothing: ReportTotals = {
  cdnBytes: 0,
  peerBytes: 0,
  uploadedBytes: 0,
  wastedBytes: 0,
  rescues: 0,
  links: 0,
  linksMade: 0,
  linksFailed: { 'connection-failed': 0, 'offer-missing': 0, 'no-room': 0, other: 0 },
  stalls: 0,
  latencyMs: undefined,
  uploadRule: undefined,
}

/**
 * The tracker counts from each join, and adds up what members of before have reported. So after a reconnection only
 * what had not been reported yet is told: otherwise it would be counted twice.
 */
export class ReportBase {
  private base = nothing
  private latest = nothing

  /** The tracker took this member in, again or for the first time. */
  joined(): void {
    this.base = this.latest
  }

  /** These totals, as they are to be told now. */
  sinceJoin(totals: ReportTotals): Omit<ReportRequest, 'kind'> {
    const { base } = this
    this.latest = totals
    return {
      cdnBytes: totals.cdnBytes - base.cdnBytes,
      peerBytes: totals.peerBytes - base.peerBytes,
      uploadedBytes: totals.uploadedBytes - base.uploadedBytes,
      wastedBytes: totals.wastedBytes - base.wastedBytes,
      rescues: totals.rescues - base.rescues,
      links: totals.links,
      linksMade: totals.linksMade - base.linksMade,
      linksFailed: failuresSince(totals.linksFailed, base.linksFailed),
      stalls: totals.stalls - base.stalls,
      ...(totals.latencyMs === undefined ? {} : { latencyMs: totals.latencyMs }),
      ...(totals.uploadRule === undefined ? {} : { uploadRule: totals.uploadRule }),
    }
  }
}

/** Causes without any are left out. */
function failuresSince(
  totals: ReportTotals['linksFailed'],
  base: ReportTotals['linksFailed'],
): NonNullable<ReportRequest['linksFailed']> {
  const news = linkFailureCauses.map((cause) => [cause, totals[cause] - base[cause]] as const)
  return Object.fromEntries(news.filter(([, count]) => count > 0))
}
