import type { OriginStats, SegmentTraffic } from '../../../demo/origin/traffic/origin-stats.js'
import type { SwarmFigures, ViewerFigures } from '../../bench/swarm/swarm-figures.js'
import type { MeshReport, ViewerReport } from '../../support/browser/viewer-report.js'

/** A run that meets every bar of the shape `8`, beside a plain run of the same figures. */
export function figures(change: Partial<SwarmFigures> = {}): SwarmFigures {
  return {
    player: 'prismesh',
    shape: '8',
    copies: 1.05,
    witnessCopies: 1,
    segmentsCounted: 10,
    renditionsInUse: 1,
    stalls: 0,
    fatalErrors: 0,
    firstFrameMs: 200,
    latencySeconds: 6.2,
    offload: 0.8,
    rescues: 0,
    duplicateShare: 0,
    cdnAgreement: 1,
    peerAgreement: 1,
    stallsInSpan: 0,
    playlistRequests: 30,
    cpuPerViewer: 0.06,
    idleShare: 0.5,
    memoryPerViewerMB: 140,
    completeMedianMs: 1000,
    completeHighMs: 2000,
    digestMs: undefined,
    uploadUnevenness: 1.5,
    roundTrips: undefined,
    viewers: [],
    segmentCopies: [],
    ...change,
  }
}

export function plainFigures(change: Partial<SwarmFigures> = {}): SwarmFigures {
  return figures({ player: 'plain', copies: 8, ...change })
}

export const viewerFigures: ViewerFigures = {
  uplinkKbits: undefined,
  uploadedBytes: 0,
  peerBytes: 0,
  cdnBytes: 0,
  stalls: 0,
  latencies: [],
  roundTripHighMs: undefined,
}

/** What an origin says that has sent these copies of 1000-byte segments. */
export function originStats(
  sent: readonly { readonly sequence: number; readonly copies: number; readonly rendition?: string }[],
): OriginStats {
  const segments: SegmentTraffic[] = sent.map(({ sequence, copies, rendition = 'padded' }) => ({
    stream: 'live',
    rendition,
    sequence,
    sizeBytes: 1000,
    bytesSent: copies * 1000,
    requests: copies,
    copies,
    witnessBytes: 1000,
    witnessRequests: 1,
  }))
  const segmentBytes = segments.reduce((sum, { bytesSent }) => sum + bytesSent, 0)
  return {
    sinceMs: 0,
    nowMs: 0,
    totals: {
      segmentRequests: 0,
      segmentBytes,
      playlistRequests: 0,
      playlistBytes: 0,
      otherRequests: 0,
      otherBytes: 0,
      witnessRequests: 0,
      witnessBytes: 0,
      witnessPlaylistRequests: 0,
    },
    rolling: { segments: 0, sizeBytes: 0, bytesSent: 0, copies: null, witnessCopies: null },
    segments,
  }
}

export function viewerReport(
  change: Partial<Omit<ViewerReport, 'mesh'>> & { readonly mesh?: Partial<MeshReport> } = {},
): ViewerReport {
  const { mesh, ...rest } = change
  return {
    firstFrameMs: 200,
    startUp: [],
    stalls: 0,
    fatalErrors: [],
    errors: [],
    latencies: [6],
    completions: [],
    playedSeconds: 10,
    level: 0,
    bandwidthEstimate: 1e6,
    peerConnections: 0,
    linksClosed: [],
    mesh: mesh && {
      member: undefined,
      cdnBytes: 0,
      peerBytes: 0,
      uploadedBytes: 0,
      wastedBytes: 0,
      offload: 0,
      links: 0,
      rescues: 0,
      changedBlocks: 0,
      uploadRule: undefined,
      segments: { cdn: 0, peers: 0, mixed: 0 },
      playlists: { cdn: 0, shared: 0 },
      warnings: [],
      reasons: [],
      ...mesh,
    },
    ...rest,
  }
}
