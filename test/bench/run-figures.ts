/** What benchmarks of a swarm make of the origin's count and of the viewers' reports. */
import type { OriginStats } from '../../demo/origin/traffic/origin-stats.js'
import type { MeshReport, ViewerReport } from '../support/browser/viewer-report.js'

/** The newest segments at the end are still being fetched: they are left out. */
export const unfinishedSegments = 4

export interface OriginFigures {
  /** Of one segment, summed over its renditions and averaged over the segments counted. */
  readonly copies: number
  /** Beside them, those that the tracker's witness fetched. */
  readonly witnessCopies: number
  readonly segmentsCounted: number
  /** Renditions that anyone asked for, averaged likewise. */
  readonly renditionsInUse: number
}

/** Copies per segment over the segments that were born after `before` and are done with in `after`. */
export function originFigures(before: OriginStats, after: OriginStats): OriginFigures {
  const newestBefore = newestSequence(before)
  const newestAfter = newestSequence(after)
  const counted = after.segments.filter(
    ({ sequence }) => sequence > newestBefore && sequence <= newestAfter - unfinishedSegments,
  )
  const segments = new Set(counted.map(({ sequence }) => sequence)).size
  return {
    copies: counted.reduce((sum, { copies }) => sum + copies, 0) / segments,
    witnessCopies:
      counted.reduce((sum, { witnessBytes, sizeBytes }) => sum + witnessBytes / sizeBytes, 0) / segments,
    segmentsCounted: segments,
    renditionsInUse: counted.filter(({ requests }) => requests > 0).length / segments,
  }
}

function newestSequence({ segments }: OriginStats): number {
  return segments.reduce((newest, { sequence }) => Math.max(newest, sequence), 0)
}

export interface PlaybackFigures {
  /** Summed over viewers. */
  readonly stalls: number
  /** Summed over viewers. */
  readonly fatalErrors: number
  /** Median of the viewers; infinite when most had none. */
  readonly firstFrameMs: number
  /** The median of each viewer, then of all. */
  readonly latencySeconds: number
}

export function playbackFigures(viewers: readonly ViewerReport[]): PlaybackFigures {
  return {
    stalls: total(viewers, ({ stalls }) => stalls),
    fatalErrors: total(viewers, ({ fatalErrors }) => fatalErrors.length),
    firstFrameMs: median(viewers.map(({ firstFrameMs }) => firstFrameMs ?? Number.POSITIVE_INFINITY)),
    latencySeconds: median(viewers.map(({ latencies }) => median(latencies))),
  }
}

export interface SharingFigures {
  /** As the viewers count. */
  readonly offload: number
  readonly rescues: number
  /** Of all bytes received, those that came twice. */
  readonly duplicateShare: number
  /** Sum of the viewers' CDN bytes over the origin's count; 1 is agreement. Absent for plain hls.js. */
  readonly cdnAgreement: number | undefined
  /** Bytes given over bytes taken from neighbours; 1 is agreement. */
  readonly peerAgreement: number | undefined
}

/** What of a viewer's report the sharing figures are made of. */
export type SharedBytes = Pick<
  MeshReport,
  'cdnBytes' | 'peerBytes' | 'uploadedBytes' | 'wastedBytes' | 'rescues'
>

/** @param segmentBytes - what the origin sent to them */
export function sharingFigures(meshes: readonly SharedBytes[], segmentBytes: number): SharingFigures {
  const taken = total(meshes, ({ peerBytes }) => peerBytes)
  const wasted = total(meshes, ({ wastedBytes }) => wastedBytes)
  const fromCdn = total(meshes, ({ cdnBytes }) => cdnBytes)
  return {
    offload: taken === 0 ? 0 : taken / (taken + fromCdn),
    rescues: total(meshes, ({ rescues }) => rescues),
    duplicateShare: taken === 0 ? 0 : wasted / (taken + fromCdn),
    cdnAgreement: meshes.length === 0 ? undefined : fromCdn / segmentBytes,
    peerAgreement: taken === 0 ? undefined : total(meshes, (mesh) => mesh.uploadedBytes) / (taken + wasted),
  }
}

/** The reports of those viewers that share. */
export function meshesOf(viewers: readonly ViewerReport[]): MeshReport[] {
  return viewers.flatMap(({ mesh }) => (mesh === undefined || mesh === null ? [] : [mesh]))
}

/** Not a number for no values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

function total<Value>(values: readonly Value[], pick: (value: Value) => number): number {
  return values.reduce((sum, value) => sum + pick(value), 0)
}

/** NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
