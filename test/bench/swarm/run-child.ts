/** The child of `runInChild`: takes a run as its first message and answers with the figures. */
import { once } from 'node:events'
import { measureSwarm, type SwarmRun } from './measure-swarm.js'
import type { ChildAnswer } from './run-in-child.js'

// Without its parent it would measure for nobody. An exit takes the Chromiums along.
process.once('disconnect', () => process.exit(1))
process.once('SIGTERM', () => process.exit(1))
const [run] = (await once(process, 'message')) as [SwarmRun]
const answer: ChildAnswer = await measureSwarm(run).then(
  (figures) => ({ figures }),
  (error: unknown) => ({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
)
process.send?.(answer, () => process.exit(0))
