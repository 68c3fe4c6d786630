import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright'
import { report, Rig } from '../../support/browser/rig.js'
import type { ViewerReport } from '../../support/browser/viewer-report.js'
import { originFigures, playbackFigures } from '../run-figures.js'
import { abrFigures, type AbrFigures, type AbrPhase } from './abr-figures.js'

export interface AbrRun {
  readonly mode: 'plain' | 'prismesh'
  readonly viewers: number
  /** Bit rates of the renditions, the lowest first. */
  readonly ladder: readonly number[]
  /** How fast the CDN sends each answer, bits per second, in one phase after another. */
  readonly cdnRates: readonly number[]
  readonly phaseSeconds: number
}

export interface AbrPhaseFigures extends AbrFigures {
  readonly mode: AbrRun['mode']
  readonly cdnBitsPerSecond: number
  /** Summed over viewers. */
  readonly stalls: number
  /** At the end of the phase: median of the viewers. */
  readonly latencySeconds: number
  /** Of each segment in all its renditions, and renditions in use. */
  readonly copies: number
  readonly renditionsInUse: number
}

const arrivalMs = 700
const originLatencyMs = 20

/** Viewers whose players choose among renditions, while the CDN's rate changes from phase to phase. */
export async function measureAbr(run: AbrRun): Promise<AbrPhaseFigures[]> {
  const rig = await Rig.start({ origin: { paddedLadder: [...run.ladder], listedSegments: 7200 } })
  try {
    const pages: Page[] = []
    const figures: AbrPhaseFigures[] = []
    for (const cdnBitsPerSecond of run.cdnRates) {
      rig.origin.setFaults({ latencyMs: originLatencyMs, bytesPerSecond: Math.round(cdnBitsPerSecond / 8) })
      while (pages.length < run.viewers) {
        pages.push(await rig.open({ mode: run.mode }))
        await sleep(arrivalMs)
      }
      figures.push(await measurePhase(rig, pages, run, cdnBitsPerSecond))
    }
    return figures
  } finally {
    await rig.close()
  }
}

async function measurePhase(
  rig: Rig,
  pages: readonly Page[],
  run: AbrRun,
  cdnBitsPerSecond: number,
): Promise<AbrPhaseFigures> {
  const from = Date.now()
  const originBefore = rig.origin.stats()
  const before = await reports(pages)
  await sleep(run.phaseSeconds * 1000)
  const after = await reports(pages)
  const phase: AbrPhase = { cdnBitsPerSecond, from, to: Date.now() }
  const { copies, renditionsInUse } = originFigures(originBefore, rig.origin.stats())
  return {
    ...abrFigures(after, phase, run.ladder),
    mode: run.mode,
    cdnBitsPerSecond,
    stalls: playbackFigures(after).stalls - playbackFigures(before).stalls,
    latencySeconds: playbackFigures(after.map(lastOfLatency)).latencySeconds,
    copies,
    renditionsInUse,
  }
}

function lastOfLatency(viewer: ViewerReport): ViewerReport {
  return { ...viewer, latencies: viewer.latencies.slice(-5) }
}

function reports(pages: readonly Page[]): Promise<ViewerReport[]> {
  return Promise.all(pages.map((page) => report(page)))
}
