import {
  descriptionText,
  introducedBy,
  joinText,
  lateCandidatesText,
  memberOf,
  relayedSignal,
} from './native-texts.js'
import { streamOf } from './native-population.js'
import { connectFrom } from './open-clients.js'
import type { LoadPlan } from './plan.js'
import type { Recorder } from './recorder.js'

/** Numbers above those of the members who stay. */
const firstNumber = 1_000_000
/** A joiner that has not made its links by then is given up: the one to answer may just have left. */
const linksTimeoutMs = 10_000

/**
 * One visit: connects, joins, offers a link to everyone it is introduced to, has their answers, and leaves. `done` is
 * called once, whatever the end.
 */
export function joinAndLink(
  plan: LoadPlan,
  recorder: Recorder,
  visit: number,
  dueAt: number,
  done: () => void,
): void {
  const id = memberOf(firstNumber + visit)
  const client = connectFrom(plan, visit * 7)
  let waitingFor = 0
  let refused = false
  const giveUp = setTimeout(() => client.destroy(), linksTimeoutMs)
  client.handlers = {
    answered: (status, head) => {
      if (status === 101) return client.send(joinText(streamOf(visit % plan.swarms), id))
      refused = true
      recorder.refusedWithStatus += 1
      const seconds = /^retry-after: (\d+)/im.exec(head)?.[1]
      if (seconds !== undefined) recorder.retryAfterMs.push(Number(seconds) * 1000)
    },
    message: (payload) => {
      if (payload.includes('"kind":"error"')) {
        refused = true
        recorder.refusedWithError += 1
        const { retryAfterMs } = JSON.parse(payload.toString()) as { retryAfterMs?: number }
        if (retryAfterMs !== undefined) recorder.retryAfterMs.push(retryAfterMs)
        return
      }
      if (payload.includes('"kind":"joined"')) {
        recorder.latency.push(performance.now() - dueAt)
        const neighbours = introducedBy(payload).slice(0, plan.offers)
        waitingFor = neighbours.length * (1 + plan.lateBatches)
        for (const neighbour of neighbours) {
          client.send(descriptionText('offer', neighbour, plan.sdpLength))
          for (let batch = 0; batch < plan.lateBatches; batch += 1) client.send(lateCandidatesText(neighbour))
        }
        recorder.links += neighbours.length
        if (waitingFor === 0) leave()
        return
      }
      if (relayedSignal(payload) === undefined) return
      recorder.relayed += 2
      waitingFor -= 1
      if (waitingFor === 0) leave()
    },
    closed: () => {
      clearTimeout(giveUp)
      if (!refused) recorder.failed += 1
      done()
    },
  }
  const leave = () => {
    clearTimeout(giveUp)
    recorder.done += 1
    recorder.linkedLatency.push(performance.now() - dueAt)
    client.handlers = { closed: done }
    client.close()
  }
}
