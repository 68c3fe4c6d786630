import type { RunResult } from '../../sim/run.js'
import type { SwarmFigures } from '../swarm/swarm-figures.js'

/** The model is as good as this: a figure of the simulator over that of the browsers is between 1 less this and 1 more. */
const shareMax = 0.15

/** Fewer rescues than this, of either, are chance: their ratio says nothing. */
const rescuesMin = 10

export interface ComparedFigure {
  readonly name: string
  readonly browsers: number
  readonly simulator: number
  /** Undefined where there is too little of it to tell. */
  readonly ratio: number | undefined
  readonly agrees: boolean
}

/** What browsers showed beside what the simulator says of the same shape. `fromMs`: where the simulator's span begins. */
export function compare(browsers: SwarmFigures, simulated: RunResult, fromMs: number): ComparedFigure[] {
  const before = simulated.series.find(({ atMs }) => atMs >= fromMs)?.rescues ?? 0
  const rescues = simulated.rescues - before
  return [
    compared('copies per segment', browsers.copies, simulated.copiesPerCell),
    compared('birth to complete, median, ms', browsers.completeMedianMs, simulated.completeMedianMs),
    compared('birth to complete, 99 %, ms', browsers.completeHighMs, simulated.completeP99Ms),
    compared('rescues', browsers.rescues, rescues, rescuesMin),
  ]
}

function compared(name: string, browsers: number, simulator: number, least = 0): ComparedFigure {
  if (browsers < least && simulator < least) {
    return { name, browsers, simulator, ratio: undefined, agrees: true }
  }
  const ratio = simulator / browsers
  return { name, browsers, simulator, ratio, agrees: Math.abs(ratio - 1) <= shareMax }
}
