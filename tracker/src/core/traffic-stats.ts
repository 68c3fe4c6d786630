import type { LinkFailureCause } from '../../../protocol/tracker-messages.js'
import type { RecentStats, RecentTraffic } from './recent-traffic.js'
import { offloadOf, type Totals } from './totals.js'

/** What members report: a picture for operators, not a proof. */
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
  /** Times that playback stood still. */
  readonly stalls: number
  /** Links as their ends count them: one that came about is counted by both. */
  readonly links: { readonly made: number; readonly failed: Readonly<Record<LinkFailureCause, number>> }
  readonly recent: RecentStats
}

export function trafficStats(now: number, totals: Totals, recent: RecentTraffic): TrafficStats {
  const { cdnBytes, peerBytes, uploadedBytes, wastedBytes, rescues, stalls, linksMade } = totals
  return {
    bytes: { cdn: cdnBytes, peers: peerBytes, uploaded: uploadedBytes, wasted: wastedBytes },
    rescues,
    offload: offloadOf(totals),
    stalls,
    links: {
      made: linksMade,
      failed: {
        'connection-failed': totals['failed:connection-failed'],
        'offer-missing': totals['failed:offer-missing'],
        'no-room': totals['failed:no-room'],
        other: totals['failed:other'],
      },
    },
    recent: recent.stats(now),
  }
}
