import type { ReportRequest } from '../../../protocol/tracker-messages.js'

/** Totals for `report`, since the session began. */
export type ReportTotals = Omit<ReportRequest, 'kind'>

const nothing: ReportTotals = {
  cdnBytes: 0,
  peerBytes: 0,
  uploadedBytes: 0,
  wastedBytes: 0,
  rescues: 0,
  links: 0,
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
  sinceJoin(totals: ReportTotals): ReportTotals {
    const { base } = this
    this.latest = totals
    return {
      cdnBytes: totals.cdnBytes - base.cdnBytes,
      peerBytes: totals.peerBytes - base.peerBytes,
      uploadedBytes: totals.uploadedBytes - base.uploadedBytes,
      wastedBytes: totals.wastedBytes - base.wastedBytes,
      rescues: totals.rescues - base.rescues,
      links: totals.links,
    }
  }
}
