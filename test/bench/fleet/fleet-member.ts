// One process of the benchmark, run by main.ts: broker, number of fleet processes in it, thin streams, heartbeat in
// milliseconds, and for the one that is
// measured the seconds to measure and the number of others.
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { pino } from 'pino'
import type { StreamId, SwarmId } from '../../../protocol/ids.js'
import { noTotals } from '../../../tracker/src/core/totals.js'
import type { TrackerCore } from '../../../tracker/src/core/tracker-core.js'
import { Fleet } from '../../../tracker/src/fleet/fleet.js'
import { openClusterBus } from '../../../tracker/src/fleet/open-cluster-bus.js'

const [broker = '', processes = '1', streams = '0', heartbeatMs = '2000', seconds, others = '0'] =
  process.argv.slice(2)

/** What a fleet reads of a tracker, with that many streams of 10 members. */
function fakeCore(count: number): Pick<TrackerCore, 'swarms' | 'hasRoom'> {
  const byStream = new Map(
    Array.from({ length: count }, (_, index) => {
      const id = (index.toString(16).padStart(16, '0') + randomBytes(12).toString('hex')) as SwarmId
      return [String(index) as StreamId, { id, members: { size: 10 } }] as const
    }),
  )
  return {
    swarms: { byStream, memberCount: 10 * count, totals: noTotals },
    hasRoom: true,
  } as unknown as TrackerCore
}

const openBus = await openClusterBus(broker, 'bench')
const core = fakeCore(Number(streams))
const parts = {
  openBus,
  core,
  tell: () => undefined,
  tokenUsed: () => undefined,
  clock: () => performance.now(),
  log: pino({ level: 'silent' }),
}
const settings = { publicUrl: undefined, heartbeatMs: Number(heartbeatMs), thinMembersMax: 32 }
const fleets = Array.from({ length: Number(processes) }, () => new Fleet(settings, parts))

if (seconds !== undefined) {
  const [fleet] = fleets
  // Until everybody is known, and then until the code is warm.
  const deadline = performance.now() + 60_000
  while ((fleet?.stats().processes.length ?? 0) < Number(others)) {
    if (performance.now() > deadline) throw new Error('the fleet did not come together in a minute')
    await delay(50)
  }
  await delay(2000)
  const before = fleet?.stats().messages
  const usage = process.cpuUsage()
  await delay(Number(seconds) * 1000)
  const { user, system } = process.cpuUsage(usage)
  const after = fleet?.stats()
  const figures = {
    cpuMs: (user + system) / 1000,
    received: (after?.messages.received ?? 0) - (before?.received ?? 0),
    published: (after?.messages.published ?? 0) - (before?.published ?? 0),
    others: after?.processes.length ?? 0,
  }
  process.stdout.write(`${JSON.stringify(figures)}\n`)
  process.exit(0)
}
