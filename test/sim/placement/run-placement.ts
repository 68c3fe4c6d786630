import { seededRandom } from '../../support/swarm/seeded-random.js'
import { Audience } from './audience.js'
import { PlacedSwarm } from './placed-swarm.js'
import { measurePlacement, type PlacementFigures } from './placement-figures.js'

export interface PlacementOptions {
  readonly viewers: number
  readonly seed: number
}

export interface PlacementRun {
  /** By the name of the moment, in order. */
  readonly moments: readonly { readonly name: string; readonly figures: PlacementFigures }[]
  /** What a join takes of the core. The median, since other work on the machine lengthens some. */
  readonly joinMicrosecondsMedian: number
  readonly joinMicrosecondsP95: number
  readonly joins: number
}

/** The crowd comes over ten minutes; in the five after that a tenth is replaced each minute; then half leave in two. */
const arrivalMs = 600_000
const churnMinutes = 5
const churnShare = 0.1
const departureMs = 120_000
const stepMs = 1000

/** Runs an audience of a made-up internet through the tracker's core. `stopwatch` is a clock in milliseconds. */
export function runPlacement({ viewers, seed }: PlacementOptions, stopwatch: () => number): PlacementRun {
  const random = seededRandom(seed)
  const audience = new Audience(viewers, random)
  const swarm = new PlacedSwarm(random, stopwatch)
  const moments: { name: string; figures: PlacementFigures }[] = []
  const look = (name: string) => moments.push({ name, figures: measurePlacement(swarm, random) })
  const leave = () => {
    const members = [...swarm.members.values()]
    const member = members[Math.floor(random() * members.length)]
    if (member) swarm.leave(member)
  }

  spread(swarm, arrivalMs, viewers, () => swarm.join(audience.draw()))
  look('everyone has come')
  spread(swarm, churnMinutes * 60_000, Math.round(viewers * churnShare * churnMinutes), () => {
    leave()
    swarm.join(audience.draw())
  })
  look('amid churn')
  spread(swarm, departureMs, Math.floor(viewers / 2), leave)
  look('half have left')
  swarm.pass(60_000)
  look('a minute later')
  const { joinMs } = swarm
  return {
    moments,
    joins: joinMs.count,
    joinMicrosecondsMedian: joinMs.quantile(0.5) * 1000,
    joinMicrosecondsP95: joinMs.quantile(0.95) * 1000,
  }
}

/** Does something so many times, evenly over a time. */
function spread(swarm: PlacedSwarm, overMs: number, times: number, act: () => void): void {
  let done = 0
  for (let elapsedMs = stepMs; elapsedMs <= overMs; elapsedMs += stepMs) {
    for (const due = Math.floor((times * elapsedMs) / overMs); done < due; done += 1) act()
    swarm.pass(stepMs)
  }
}
