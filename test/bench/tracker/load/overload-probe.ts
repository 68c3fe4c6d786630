import type { RawClient } from '../../../support/tracker/raw-client.js'
import { joinText, lateCandidatesText, memberOf, relayedSignal } from './native-texts.js'
import { connectFrom } from './open-clients.js'
import { Pace } from './pace.js'
import type { LoadPlan } from './plan.js'
import type { Recorder } from './recorder.js'

/** Below the messages that one connection may send. */
const signalsPerSecond = 15

/** Two members of a stream of their own, of whom one signals to the other all the time: those inside. */
export async function startProbe(plan: LoadPlan, recorder: Recorder): Promise<Pace> {
  const ids = [memberOf(-1), memberOf(-2)] as const
  const due: number[] = []
  const sender = await joined(plan, ids[0])
  const receiver = await joined(plan, ids[1])
  sender.handlers = { closed: () => (recorder.failed += 1) }
  receiver.handlers = {
    message: (payload) => {
      const dueAt = relayedSignal(payload) === undefined ? undefined : due.shift()
      if (dueAt !== undefined) recorder.insideLatency.push(performance.now() - dueAt)
    },
    closed: () => (recorder.failed += 1),
  }
  const pace = new Pace(signalsPerSecond, 1, (dueAt) => {
    due.push(dueAt)
    sender.send(lateCandidatesText(ids[1]))
  })
  pace.go()
  return pace
}

async function joined(plan: LoadPlan, id: string): Promise<RawClient> {
  const client = connectFrom(plan, 0)
  await new Promise<void>((resolve, reject) => {
    client.handlers = {
      answered: () => client.send(joinText('the probe', id)),
      message: () => resolve(),
      closed: () => reject(new Error('the probe was not let in')),
    }
  })
  return client
}
