import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright'
import type { OriginStats } from '../../../demo/origin/traffic/origin-stats.js'
import { report, Rig } from '../../support/browser/rig.js'
import type { ViewerReport } from '../../support/browser/viewer-report.js'
import { processTreeUsage } from '../process-usage.js'

export interface RunShape {
  readonly mode: 'plain' | 'prismesh'
  readonly viewers: number
  readonly seconds: number
  readonly segmentSeconds: 2 | 4
  readonly windowSegments: number
  readonly bitsPerSecond: number
  readonly originLatencyMs: number
  /** Between one viewer's arrival and the next one's. */
  readonly arrivalMs: number
}

/** One run's figures. Bytes at the origin are the origin's own count, whatever the viewers say. */
export interface RunFigures {
  readonly mode: RunShape['mode']
  readonly viewers: number
  readonly copies: number
  readonly segmentsCounted: number
  readonly stalls: number
  readonly fatalErrors: number
  readonly firstFrameMs: number
  readonly latencySeconds: number
  readonly cpuPerViewer: number
  readonly memoryPerViewerMB: number
  readonly offload: number
  readonly rescues: number
  readonly duplicateShare: number
  /** Sum of the viewers' CDN bytes over the origin's count; 1 is agreement. Absent for plain hls.js. */
  readonly cdnAgreement: number | undefined
  /** Bytes given over bytes taken from neighbours; 1 is agreement. */
  readonly peerAgreement: number | undefined
}

/** Time for links to be made after the last arrival, before anything is counted. */
const warmUpMs = 15_000
/** The newest segments at the end are still being fetched: they are left out. */
const unfinishedSegments = 4

/** Runs one swarm of real tabs against a fresh origin and tracker, and counts. */
export async function measureRun(shape: RunShape): Promise<RunFigures> {
  const { segmentSeconds, windowSegments } = shape
  const rig = await Rig.start({
    origin: {
      segmentSeconds,
      windowSegments,
      paddedBitsPerSecond: shape.bitsPerSecond,
      listedSegments: 7200,
    },
  })
  try {
    rig.origin.setFaults({ latencyMs: shape.originLatencyMs })
    const pages: Page[] = []
    for (let index = 0; index < shape.viewers; index += 1) {
      pages.push(await rig.open({ mode: shape.mode }))
      await sleep(shape.arrivalMs)
    }
    await sleep(warmUpMs)
    const before = rig.origin.stats()
    const usedBefore = processTreeUsage(rig.chromium.pid)
    const beganAt = performance.now()
    await sleep(shape.seconds * 1000)
    const usedAfter = processTreeUsage(rig.chromium.pid)
    const elapsedSeconds = (performance.now() - beganAt) / 1000
    const viewers = await Promise.all(pages.map((page) => report(page)))
    const after = rig.origin.stats()
    return {
      mode: shape.mode,
      viewers: shape.viewers,
      ...originCopies(before, after),
      ...playback(viewers),
      cpuPerViewer: (usedAfter.cpuSeconds - usedBefore.cpuSeconds) / elapsedSeconds / shape.viewers,
      memoryPerViewerMB: usedAfter.memoryBytes / shape.viewers / 1e6,
      ...sharing(viewers, after),
    }
  } finally {
    await rig.close()
  }
}

/** Copies per segment over the segments that were born after `before` and are done with in `after`. */
function originCopies(before: OriginStats, after: OriginStats): { copies: number; segmentsCounted: number } {
  const newestBefore = before.segments.at(-1)?.sequence ?? 0
  const newestAfter = after.segments.at(-1)?.sequence ?? 0
  const counted = after.segments.filter(
    ({ sequence }) => sequence > newestBefore && sequence <= newestAfter - unfinishedSegments,
  )
  const sent = counted.reduce((sum, { bytesSent }) => sum + bytesSent, 0)
  const size = counted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return { copies: sent / size, segmentsCounted: counted.length }
}

function playback(viewers: readonly ViewerReport[]) {
  return {
    stalls: viewers.reduce((sum, viewer) => sum + viewer.stalls, 0),
    fatalErrors: viewers.reduce((sum, viewer) => sum + viewer.fatalErrors.length, 0),
    firstFrameMs: median(viewers.map((viewer) => viewer.firstFrameMs ?? Number.POSITIVE_INFINITY)),
    latencySeconds: median(viewers.map((viewer) => median(viewer.latencies))),
  }
}

function sharing(viewers: readonly ViewerReport[], origin: OriginStats) {
  const meshes = viewers.flatMap(({ mesh }) => (mesh === undefined || mesh === null ? [] : [mesh]))
  const sum = (pick: (mesh: (typeof meshes)[number]) => number): number =>
    meshes.reduce((total, mesh) => total + pick(mesh), 0)
  const taken = sum((mesh) => mesh.peerBytes)
  const wasted = sum((mesh) => mesh.wastedBytes)
  const fromCdn = sum((mesh) => mesh.cdnBytes)
  return {
    offload: taken === 0 ? 0 : taken / (taken + fromCdn),
    rescues: sum((mesh) => mesh.rescues),
    duplicateShare: taken === 0 ? 0 : wasted / (taken + fromCdn),
    cdnAgreement: meshes.length === 0 ? undefined : fromCdn / origin.totals.segmentBytes,
    peerAgreement: taken === 0 ? undefined : sum((mesh) => mesh.uploadedBytes) / (taken + wasted),
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}
