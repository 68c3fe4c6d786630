import type { Bars } from './bars.js'
import type { SwarmFigures } from './swarm-figures.js'
import { shares } from './swarm-player.js'

/** A figure beside the most that it may be. */
export interface Judgement {
  readonly value: number
  readonly most: number
  readonly met: boolean
}

export interface Judgements {
  readonly copies: Judgement | undefined
  readonly stallsAdded: Judgement | undefined
  readonly latency: Judgement | undefined
  readonly firstFrame: Judgement | undefined
  readonly cpu: Judgement | undefined
  readonly duplicates: Judgement | undefined
}

/**
 * Holds a run against its shape's bars. What needs a yardstick is left open where there is no plain run, and what sharing is
 * to gain where nothing is shared.
 */
export function judge(bars: Bars, run: SwarmFigures, plain: SwarmFigures | undefined): Judgements {
  const relative = (value: (base: SwarmFigures) => number, most: number | undefined) =>
    plain === undefined ? undefined : judgement(value(plain), most)
  const copiesMost =
    bars.copiesPerRendition === undefined ? bars.copies : bars.copiesPerRendition * run.renditionsInUse
  return {
    copies: shares(run.player) ? judgement(run.copies, copiesMost) : undefined,
    stallsAdded: relative((base) => run.stalls - base.stalls, bars.stallsAdded),
    latency: relative((base) => run.latencySeconds - base.latencySeconds, bars.latencyAddedSeconds),
    firstFrame: relative((base) => run.firstFrameMs / base.firstFrameMs, bars.firstFrameRatio),
    cpu: relative((base) => run.cpuPerViewer / base.cpuPerViewer, bars.cpuRatio),
    duplicates: judgement(run.duplicateShare, bars.duplicateShare),
  }
}

/** A figure that is not a number meets nothing. */
function judgement(value: number, most: number | undefined): Judgement | undefined {
  return most === undefined ? undefined : { value, most, met: value <= most }
}
