import { connectFrom } from './open-clients.js'
import type { LoadPlan } from './plan.js'
import type { Recorder } from './recorder.js'
import { announceText, isAnnounceAnswer } from './webtorrent-texts.js'

/** Numbers above those of the peers who stay. */
const firstNumber = 1_000_000
const answerTimeoutMs = 10_000

/** One visit: connects, announces with offers, has the answer, and goes. `done` is called once, whatever the end. */
export function announceOnce(
  plan: LoadPlan,
  recorder: Recorder,
  visit: number,
  dueAt: number,
  done: () => void,
): void {
  const client = connectFrom(plan, visit * 7)
  const giveUp = setTimeout(() => client.destroy(), answerTimeoutMs)
  let answered = false
  client.handlers = {
    answered: () => {
      const { swarms, offers, sdpLength } = plan
      client.send(announceText(firstNumber + visit, visit % swarms, 'started', offers, sdpLength))
    },
    message: (payload) => {
      if (answered || !isAnnounceAnswer(payload)) return
      answered = true
      recorder.done += 1
      recorder.latency.push(performance.now() - dueAt)
      client.close()
    },
    closed: () => {
      clearTimeout(giveUp)
      if (!answered) recorder.failed += 1
      done()
    },
  }
}
