import {
  descriptionText,
  introducedBy,
  joinText,
  lateCandidatesText,
  leaversOf,
  memberOf,
  relayedSignal,
} from './native-texts.js'
import { streamOf } from './native-population.js'
import { connectFrom } from './open-clients.js'
import type { RawClient } from '../../../support/tracker/raw-client.js'
import type { LoadPlan } from './plan.js'
import type { Recorder } from './recorder.js'

/** Numbers above those of the members who stay. */
const firstNumber = 1_000_000
/** A joiner that has not made its links by then is given up. */
const linksTimeoutMs = 10_000

/**
 * One visit: connects, joins, offers a link to everyone it is introduced to, has their answers, and leaves; answers the
 * offers of other joiners. `done` is called once, whatever the end.
 */
export function joinAndLink(
  plan: LoadPlan,
  recorder: Recorder,
  visit: number,
  dueAt: number,
  done: () => void,
): void {
  const client = connectFrom(plan, visit * 7)
  const giveUp = setTimeout(() => client.destroy(), linksTimeoutMs)
  let refused = false
  client.handlers = {
    answered: (status, head) => {
      if (status === 101) {
        return client.send(joinText(streamOf(visit % plan.swarms), memberOf(firstNumber + visit)))
      }
      refused = true
      recorder.refusedWithStatus += 1
      recorder.refusalLatency.push(performance.now() - dueAt)
      const seconds = /^retry-after: (\d+)/im.exec(head)?.[1]
      if (seconds !== undefined) recorder.retryAfterMs.push(Number(seconds) * 1000)
    },
    message: (payload) => {
      if (payload.includes('"kind":"joined"')) {
        recorder.latency.push(performance.now() - dueAt)
        return linkToAll(plan, recorder, client, introducedBy(payload).slice(0, plan.offers), leave)
      }
      if (!payload.includes('"kind":"error"')) return
      refused = true
      recorder.refusedWithError += 1
      recorder.refusalLatency.push(performance.now() - dueAt)
      const { retryAfterMs } = JSON.parse(payload.toString()) as { retryAfterMs?: number }
      if (retryAfterMs !== undefined) recorder.retryAfterMs.push(retryAfterMs)
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

/** Offers a link to each, and has an end when all have answered, or left before they did. */
function linkToAll(
  plan: LoadPlan,
  recorder: Recorder,
  client: RawClient,
  neighbours: readonly string[],
  end: () => void,
): void {
  const expected = new Map(neighbours.map((neighbour) => [neighbour, 1 + plan.lateBatches]))
  // Sent to somebody who had just left.
  let undelivered = 0
  client.handlers.message = (payload) => {
    const signal = relayedSignal(payload)
    if (signal === undefined) {
      if (payload.includes('"kind":"error"')) undelivered += 1
      for (const leaver of leaversOf(payload)) expected.delete(leaver)
    } else if (signal.type === 'offer') {
      return describe('answer', signal.from)
    } else {
      recorder.relayed += 2
      const left = (expected.get(signal.from) ?? 0) - 1
      if (left > 0) expected.set(signal.from, left)
      else expected.delete(signal.from)
    }
    if (expected.size <= undelivered) end()
  }
  const describe = (type: 'offer' | 'answer', to: string) => {
    client.send(descriptionText(type, to, plan.sdpLength))
    for (let batch = 0; batch < plan.lateBatches; batch += 1) client.send(lateCandidatesText(to))
  }
  for (const neighbour of neighbours) describe('offer', neighbour)
  recorder.links += neighbours.length
  if (neighbours.length === 0) end()
}
