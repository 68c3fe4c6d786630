import { setTimeout as sleep } from 'node:timers/promises'
import { NativePopulation } from './native-population.js'
import { Pace } from './pace.js'
import type { LoadPlan } from './plan.js'
import type { Recorder } from './recorder.js'
import { WebtorrentPopulation } from './webtorrent-population.js'

const sampleMs = 5000

/** Connections that do nothing, at three numbers of them. */
export async function idleLoad(plan: LoadPlan, recorder: Recorder): Promise<void> {
  const population =
    plan.protocol === 'native' ? new NativePopulation(plan) : new WebtorrentPopulation(plan, recorder)
  recorder.noteMemory(0, 0)
  const began = performance.now()
  recorder.begin()
  let there = 0
  for (const share of [0.2, 0.5, 1]) {
    const wanted = Math.round(plan.connections * share) - there
    await ('join' in population ? population.join(wanted) : population.start(wanted))
    there += wanted
    await sleep((share === 1 ? plan.settleSeconds : plan.seconds) * 1000)
    recorder.noteMemory((performance.now() - began) / 1000, there)
  }
  recorder.end()
}

/** Members who stay, while so many a second leave and others take their place. */
export async function holdLoad(plan: LoadPlan, recorder: Recorder): Promise<void> {
  const population = new NativePopulation(plan)
  recorder.noteMemory(0, 0)
  const began = performance.now()
  await population.join(plan.connections)
  recorder.begin()
  const churn = new Pace(plan.ratePerSecond, 1, () => {
    population.leaveOldest()
    population.join(1).then(
      () => (recorder.done += 1),
      () => (recorder.failed += 1),
    )
  })
  if ((plan.ratePerSecond ?? 0) > 0) churn.go()
  while (performance.now() - began < plan.seconds * 1000) {
    const point = recorder.noteMemory((performance.now() - began) / 1000, population.members.length)
    process.stderr.write(`${point.second.toFixed(0)} s: ${(point.rssBytes / 2 ** 20).toFixed(1)} MiB\n`)
    await sleep(sampleMs)
  }
  churn.stop()
  recorder.failed += population.lost
  recorder.end()
}
