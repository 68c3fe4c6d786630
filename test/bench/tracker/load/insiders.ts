import { clientFrame, opcodes } from '../../../support/tracker/frames.js'
import type { RawClient } from '../../../support/tracker/raw-client.js'
import { joinText, lateCandidatesText, memberOf, relayedSignal } from './native-texts.js'
import { connectFrom } from './open-clients.js'
import { Pace } from './pace.js'
import type { LoadPlan } from './plan.js'
import type { Recorder } from './recorder.js'

/** Two members of a stream of their own, so that they are introduced to each other and to nobody else. */
interface Pair {
  readonly asker: RawClient
  readonly other: string
  /** When the signals and pings that are not answered yet were due. */
  readonly signalsDue: number[]
  readonly pingsDue: number[]
}

const pairsCount = 150
/** Of all pairs together: each signals every second and a half, and pings as often. */
const roundsPerSecond = 100

/**
 * Some hundred members who were there before: in each pair one signals to the other, who signals back, and pings the
 * tracker. What they notice of others is how long both take.
 */
export async function startInsiders(plan: LoadPlan, recorder: Recorder): Promise<Pace> {
  const pairs: Pair[] = []
  for (let number = 0; number < pairsCount; number += 1) pairs.push(await pairOf(plan, number, recorder))
  let next = 0
  const pace = new Pace(roundsPerSecond, 1, (dueAt) => {
    const pair = pairs[next % pairs.length]
    next += 1
    if (!pair) return
    pair.signalsDue.push(dueAt)
    pair.asker.send(lateCandidatesText(pair.other))
    pair.pingsDue.push(dueAt)
    pair.asker.write(clientFrame('', { opcode: opcodes.ping }))
  })
  pace.go()
  return pace
}

async function pairOf(plan: LoadPlan, number: number, recorder: Recorder): Promise<Pair> {
  const stream = `https://cdn.example/inside/${number}/main.m3u8`
  const ids = [memberOf(-1 - 2 * number), memberOf(-2 - 2 * number)] as const
  const asker = await joined(plan, stream, ids[0], number)
  const answerer = await joined(plan, stream, ids[1], number)
  const pair: Pair = { asker, other: ids[1], signalsDue: [], pingsDue: [] }
  const took = (due: number[], into: number[]) => {
    const dueAt = due.shift()
    if (dueAt !== undefined) into.push(performance.now() - dueAt)
  }
  const closed = () => (recorder.insidersLost += 1)
  asker.handlers = {
    message: (payload) => {
      if (relayedSignal(payload)) took(pair.signalsDue, recorder.insideLatency)
    },
    pong: () => took(pair.pingsDue, recorder.pingLatency),
    closed,
  }
  answerer.handlers = {
    message: (payload) => {
      const signal = relayedSignal(payload)
      if (signal) answerer.send(lateCandidatesText(signal.from))
    },
    closed,
  }
  return pair
}

async function joined(plan: LoadPlan, stream: string, id: string, source: number): Promise<RawClient> {
  const client = connectFrom(plan, source)
  await new Promise<void>((resolve, reject) => {
    client.handlers = {
      answered: () => client.send(joinText(stream, id)),
      message: () => resolve(),
      closed: () => reject(new Error('one of those inside was not let in')),
    }
  })
  return client
}
