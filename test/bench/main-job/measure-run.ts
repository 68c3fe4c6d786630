import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright'
import { report, Rig } from '../../support/browser/rig.js'
import type { Integrity } from '../integrity.js'
import { processTreeUsage } from '../process-usage.js'
import {
  meshesOf,
  originFigures,
  playbackFigures,
  sharingFigures,
  type OriginFigures,
  type PlaybackFigures,
  type SharingFigures,
} from '../run-figures.js'

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
  /** Of viewers with Prismesh. */
  readonly integrity: Integrity
}

/** One run's figures. Bytes at the origin are the origin's own count, whatever the viewers say. */
export interface RunFigures
  extends
    Pick<OriginFigures, 'copies' | 'witnessCopies' | 'segmentsCounted'>,
    PlaybackFigures,
    SharingFigures {
  readonly mode: RunShape['mode']
  readonly viewers: number
  readonly cpuPerViewer: number
  readonly memoryPerViewerMB: number
}

/** Time for links to be made after the last arrival, before anything is counted. */
const warmUpMs = 15_000
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
    ...(shape.integrity === 'off' ? { tracker: { witness: [] } } : {}),
  })
  try {
    rig.origin.setFaults({ latencyMs: shape.originLatencyMs })
    const pages: Page[] = []
    for (let index = 0; index < shape.viewers; index += 1) {
      pages.push(
        await rig.open({
          mode: shape.mode,
          options: { integrity: shape.integrity },
        }),
      )
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
      ...originFigures(before, after),
      ...playbackFigures(viewers),
      cpuPerViewer: (usedAfter.cpuSeconds - usedBefore.cpuSeconds) / elapsedSeconds / shape.viewers,
      memoryPerViewerMB: usedAfter.memoryBytes / shape.viewers / 1e6,
      ...sharingFigures(meshesOf(viewers), after.totals.segmentBytes),
    }
  } finally {
    await rig.close()
  }
}
