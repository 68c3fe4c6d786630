import type { OriginStats, SegmentTraffic } from '../../../demo/origin/traffic/origin-stats.js'
import type { ViewerReport } from '../../support/browser/viewer-report.js'
import {
  median,
  meshesOf,
  originFigures,
  playbackFigures,
  sharingFigures,
  type OriginFigures,
  type PlaybackFigures,
  type SharedBytes,
  type SharingFigures,
} from '../run-figures.js'
import type { SwarmShape } from './shapes.js'
import { shares, type SwarmPlayer } from './swarm-player.js'

/** One viewer's reports at the beginning of the measured span, or at its arrival, and at the end. */
export interface ViewerSpan {
  readonly before: ViewerReport | undefined
  readonly after: ViewerReport
}

export interface SwarmObservations {
  readonly player: SwarmPlayer
  readonly shape: SwarmShape
  readonly origin: { readonly before: OriginStats; readonly after: OriginStats }
  readonly viewers: readonly ViewerSpan[]
  /** Of all Chromiums, for each second of the span. */
  readonly cpuSeconds: number
  readonly memoryBytes: number
  readonly idleShare: number
  /** When the span began, by the wall clock. */
  readonly beganAtMs: number
  /** By viewer. */
  readonly roundTripsMs: readonly (readonly number[])[] | undefined
}

/** One run's figures. Stalls, first frame and delay go from each viewer's arrival on; all else over the span. */
export interface SwarmFigures extends OriginFigures, PlaybackFigures, SharingFigures {
  readonly player: SwarmPlayer
  readonly shape: string
  /** Of the stalls, those within the span: the others belong to arrivals. */
  readonly stallsInSpan: number
  /** Playlists that viewers asked the origin for, by viewer and minute. */
  readonly playlistRequests: number
  /** Of one core. */
  readonly cpuPerViewer: number
  readonly memoryPerViewerMB: number
  /** Part of the machine's cores that nobody used in the span: near 0, the figures are the machine's, not the player's. */
  readonly idleShare: number
  /** Of the segments born within the span: from the last picture to the last byte at a viewer. */
  readonly completeMedianMs: number
  /** The 99th percentile. */
  readonly completeHighMs: number
  /** Of the same segments: to the digest at a viewer. Undefined where no digests were told. */
  readonly digestMs: { readonly median: number; readonly high: number } | undefined
  /** The busiest viewer's upload over the mean of all. */
  readonly uploadUnevenness: number | undefined
  readonly roundTrips: RoundTripFigures | undefined
  readonly viewers: readonly ViewerFigures[]
  /** Of every segment since the start, oldest first, also of those that `copies` leaves out. */
  readonly segmentCopies: readonly Pick<SegmentTraffic, 'rendition' | 'sequence' | 'copies'>[]
}

/** Through uplink queues, in milliseconds. */
export interface RoundTripFigures {
  readonly median: number
  readonly high: number
  /** The 95th percentile of the viewer whose is the highest. */
  readonly worstViewerHigh: number
}

export interface ViewerFigures {
  readonly uplinkKbits: number | undefined
  readonly uploadedBytes: number
  readonly peerBytes: number
  readonly cdnBytes: number
  readonly stalls: number
  /** Seconds behind live, once a second since the first frame. */
  readonly latencies: readonly number[]
  /** The 95th percentile. */
  readonly roundTripHighMs: number | undefined
}

export function swarmFigures(observed: SwarmObservations): SwarmFigures {
  const { player, shape, origin, viewers } = observed
  const reports = viewers.map(({ after }) => after)
  const spans = viewers.map(spanOf)
  const counted = originFigures(origin.before, origin.after)
  const segmentBytes = origin.after.totals.segmentBytes - origin.before.totals.segmentBytes
  return {
    player,
    shape: shape.name,
    ...counted,
    ...playbackFigures(reports),
    ...sharingFigures(shares(player) ? spans : [], segmentBytes),
    stallsInSpan: viewers.reduce((sum, { before, after }) => sum + after.stalls - (before?.stalls ?? 0), 0),
    playlistRequests: playlistRequestsPerMinute(origin, shape.viewers),
    cpuPerViewer: observed.cpuSeconds / shape.viewers,
    idleShare: observed.idleShare,
    memoryPerViewerMB: observed.memoryBytes / shape.viewers / 1e6,
    ...completionFigures(reports, observed.beganAtMs),
    digestMs: digestFigures(reports, observed.beganAtMs),
    uploadUnevenness: unevenness(spans.map(({ uploadedBytes }) => uploadedBytes)),
    roundTrips: roundTripFigures(observed.roundTripsMs),
    viewers: spans.map(({ uploadedBytes, peerBytes, cdnBytes }, index) => ({
      uplinkKbits: uplinkOf(shape, index),
      uploadedBytes,
      peerBytes,
      cdnBytes,
      stalls: reports[index]?.stalls ?? 0,
      latencies: reports[index]?.latencies ?? [],
      roundTripHighMs:
        observed.roundTripsMs === undefined ? undefined : quantile(observed.roundTripsMs[index] ?? [], 0.95),
    })),
    segmentCopies: origin.after.segments.map(({ rendition, sequence, copies }) => ({
      rendition,
      sequence,
      copies,
    })),
  }
}

/** The uplink of the viewer that arrives so late; undefined where uplinks are not limited. */
export function uplinkOf({ uplinksKbits }: SwarmShape, index: number): number | undefined {
  return uplinksKbits?.[index % uplinksKbits.length]
}

/** What a viewer moved within the span; nothing for one that does not share. */
function spanOf({ before, after }: ViewerSpan): SharedBytes {
  const [end] = meshesOf([after])
  const [start] = before === undefined ? [] : meshesOf([before])
  const within = (pick: (bytes: SharedBytes) => number): number =>
    end === undefined ? 0 : pick(end) - (start === undefined ? 0 : pick(start))
  return {
    cdnBytes: within((bytes) => bytes.cdnBytes),
    peerBytes: within((bytes) => bytes.peerBytes),
    uploadedBytes: within((bytes) => bytes.uploadedBytes),
    wastedBytes: within((bytes) => bytes.wastedBytes),
    rescues: within((bytes) => bytes.rescues),
  }
}

function playlistRequestsPerMinute({ before, after }: SwarmObservations['origin'], viewers: number): number {
  const requests = after.totals.playlistRequests - before.totals.playlistRequests
  return requests / viewers / ((after.nowMs - before.nowMs) / 60_000)
}

function unevenness(uploads: readonly number[]): number | undefined {
  const total = uploads.reduce((sum, bytes) => sum + bytes, 0)
  return total === 0 ? undefined : Math.max(...uploads) / (total / uploads.length)
}

function roundTripFigures(
  byViewer: readonly (readonly number[])[] | undefined,
): RoundTripFigures | undefined {
  if (byViewer === undefined) return undefined
  const all = byViewer.flat()
  return {
    median: median(all),
    high: quantile(all, 0.95),
    worstViewerHigh: Math.max(...byViewer.map((samples) => quantile(samples, 0.95))),
  }
}

function completionFigures(reports: readonly ViewerReport[], fromMs: number) {
  const completeMs = reports.flatMap(({ completions }) =>
    completions.filter(({ bornAt }) => bornAt >= fromMs).map(({ afterMs }) => afterMs),
  )
  return { completeMedianMs: median(completeMs), completeHighMs: quantile(completeMs, 0.99) }
}

function digestFigures(reports: readonly ViewerReport[], fromMs: number): SwarmFigures['digestMs'] {
  const delays = reports.flatMap(({ digestDelays = [] }) =>
    digestDelays.filter(({ bornAt }) => bornAt >= fromMs).map(({ afterMs }) => afterMs),
  )
  return delays.length === 0 ? undefined : { median: median(delays), high: quantile(delays, 0.99) }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN
}
