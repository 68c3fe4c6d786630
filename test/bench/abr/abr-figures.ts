import type { ViewerReport } from '../../support/browser/viewer-report.js'
import { mean, median } from '../run-figures.js'

/** A span of a run in which the CDN sends every answer at one rate. Times are of the wall clock, in ms. */
export interface AbrPhase {
  readonly cdnBitsPerSecond: number
  readonly from: number
  readonly to: number
}

/** What the viewers' players chose in one phase. */
export interface AbrFigures {
  /** Mean bit rate of the renditions loaded in the second half of the phase, when they have settled. */
  readonly settledBitsPerSecond: number
  /** Changes of rendition in the second half, for each viewer. */
  readonly settledSwitches: number
  /** From the phase's beginning to the first segment of another rendition: median of those who changed. */
  readonly firstSwitchMs: number | undefined
}

type Completion = ViewerReport['completions'][number]

/** `ladder` are the renditions' bit rates, the lowest first, as hls.js numbers them. */
export function abrFigures(
  viewers: readonly Pick<ViewerReport, 'completions'>[],
  phase: AbrPhase,
  ladder: readonly number[],
): AbrFigures {
  const halfway = (phase.from + phase.to) / 2
  const settled = viewers.map((viewer) => loadedWithin(viewer.completions, halfway, phase.to))
  const firstSwitches = viewers.flatMap(({ completions }) => firstSwitch(completions, phase) ?? [])
  return {
    settledBitsPerSecond: mean(settled.flat().map(({ level }) => ladder[level] ?? 0)),
    settledSwitches: mean(settled.map(changes)),
    firstSwitchMs: firstSwitches.length === 0 ? undefined : median(firstSwitches),
  }
}

function loadedWithin(completions: readonly Completion[], from: number, to: number): Completion[] {
  return completions.filter((each) => loadedAt(each) >= from && loadedAt(each) < to)
}

function firstSwitch(completions: readonly Completion[], { from, to }: AbrPhase): number | undefined {
  const before = completions.findLast((each) => loadedAt(each) < from)
  if (before === undefined) return undefined
  const other = loadedWithin(completions, from, to).find(({ level }) => level !== before.level)
  return other === undefined ? undefined : loadedAt(other) - from
}

function changes(loaded: readonly Completion[]): number {
  return loaded.filter(({ level }, index) => index > 0 && level !== loaded[index - 1]?.level).length
}

function loadedAt({ bornAt, afterMs }: Completion): number {
  return bornAt + afterMs
}
