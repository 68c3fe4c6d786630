import { setTimeout as sleep } from 'node:timers/promises'
import { holdLoad, idleLoad } from './memory-loads.js'
import { joinAndLink } from './native-joiner.js'
import { NativePopulation } from './native-population.js'
import { Pace } from './pace.js'
import { startInsiders } from './insiders.js'
import type { LoadKind, LoadPlan, LoadResult } from './plan.js'
import { Recorder } from './recorder.js'
import { announceOnce } from './webtorrent-joiner.js'
import { WebtorrentPopulation } from './webtorrent-population.js'

/** Time for code to be compiled and queues to settle before anything counts. */
const warmUpMs = 2000

const loads: Record<LoadKind, (plan: LoadPlan, recorder: Recorder) => Promise<void>> = {
  announce: announceLoad,
  join: joinLoad,
  idle: idleLoad,
  hold: holdLoad,
  overload: joinLoad,
}

export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const recorder = new Recorder(plan)
  await loads[plan.kind](plan, recorder)
  return recorder.result()
}

async function measure(plan: LoadPlan, recorder: Recorder, pace: Pace): Promise<void> {
  pace.go()
  await sleep(warmUpMs)
  recorder.begin()
  await sleep(plan.seconds * 1000)
  recorder.end()
  pace.stop()
}

async function announceLoad(plan: LoadPlan, recorder: Recorder): Promise<void> {
  const population = new WebtorrentPopulation(plan, recorder)
  await population.start(plan.connections)
  const pace = new Pace(plan.ratePerSecond, plan.inFlight, (dueAt) => population.announce(dueAt))
  population.onAnswered = () => pace.finished()
  await measure(plan, recorder, pace)
}

async function joinLoad(plan: LoadPlan, recorder: Recorder): Promise<void> {
  const isNative = plan.protocol === 'native'
  if (isNative) await new NativePopulation(plan).join(plan.connections)
  else await new WebtorrentPopulation(plan, recorder).start(plan.connections)
  const insiders = plan.kind === 'overload' ? await startInsiders(plan, recorder) : undefined
  const visitOnce = isNative ? joinAndLink : announceOnce
  let visits = 0
  const pace = new Pace(plan.ratePerSecond, plan.inFlight, (dueAt) => {
    visits += 1
    visitOnce(plan, recorder, visits, dueAt, () => pace.finished())
  })
  await measure(plan, recorder, pace)
  insiders?.stop()
}
