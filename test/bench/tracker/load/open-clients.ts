import { loopbackAddress, RawClient } from '../../../support/tracker/raw-client.js'
import type { LoadPlan } from './plan.js'

/** Source addresses: enough that no limit per address is met, and few enough that a household has several tabs. */
const sourcesMax = 2000

/** Connects from one of many addresses of loopback, `index` deciding which. */
export function connectFrom({ host, port, path }: LoadPlan, index: number): RawClient {
  return new RawClient({ host, port, path, from: loopbackAddress(index % sourcesMax) })
}

/** Runs `count` starts, at most `atOnce` at a time, each of which calls back when it is done. */
export async function eachOfMany(
  count: number,
  atOnce: number,
  start: (index: number, done: () => void, failed: (error: Error) => void) => void,
): Promise<void> {
  let next = 0
  let running = 0
  await new Promise<void>((resolve, reject) => {
    const more = () => {
      while (running < atOnce && next < count) {
        running += 1
        next += 1
        start(next - 1, done, reject)
      }
      if (running === 0 && next >= count) resolve()
    }
    const done = () => {
      running -= 1
      setImmediate(more)
    }
    more()
  })
}
