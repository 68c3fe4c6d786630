import { writeFile } from 'node:fs/promises'
import { markdownTable } from '../markdown-table.js'
import { dayAndMachine } from '../machine.js'
import type { TrackerBenchOptions } from './command-line.js'
import type { Latencies, LoadResult } from './load/plan.js'
import { linksPerJoin } from './rows.js'
import { runOnServer } from './run-on-server.js'

interface OverloadRun {
  readonly name: string
  readonly ratePerSecond: number
  readonly result: LoadResult
}

/**
 * Finds out how many joins, each with its links, the tracker takes per second, then sends half of that and twice that,
 * and watches what those inside notice: the time that their signals and pings take.
 */
export async function overload(asked: TrackerBenchOptions): Promise<void> {
  const visits = { kind: 'overload', offers: linksPerJoin } as const
  // More at a time than a tracker can have under way without queueing; a `join` load is one of which nobody is sent away.
  const saturated = await runOnServer('prismesh', 'native', asked, { ...visits, kind: 'join', inFlight: 64 })
  const saturation = saturated.done / saturated.seconds
  const runs: OverloadRun[] = [
    { name: 'saturated, 64 at a time, everyone let in', ratePerSecond: saturation, result: saturated },
  ]
  for (const times of [0.5, 2]) {
    const ratePerSecond = saturation * times
    const result = await runOnServer('prismesh', 'native', asked, { ...visits, ratePerSecond })
    runs.push({ name: `${times} x saturation`, ratePerSecond, result })
  }
  console.log(`${dayAndMachine()}; ${asked.connections} members inside, ${asked.seconds} s each\n`)
  console.log(overloadTable(runs))
  if (asked.save !== undefined) await writeFile(`${asked.save}.json`, JSON.stringify(runs, null, 2))
}

function overloadTable(runs: readonly OverloadRun[]): string {
  const perSecond = (count: number, { seconds }: LoadResult) => `${(count / seconds).toFixed(0)}/s`
  return markdownTable<OverloadRun>(
    [
      { title: 'joins', cell: ({ name }) => name },
      { title: 'came', cell: ({ ratePerSecond }) => `${ratePerSecond.toFixed(0)}/s` },
      { title: 'taken', cell: ({ result }) => perSecond(result.latency.count, result) },
      {
        title: 'refused with a retry time',
        cell: ({ result }) => perSecond(result.refusedWithError, result),
      },
      { title: 'refused with 503', cell: ({ result }) => perSecond(result.refusedWithStatus, result) },
      { title: 'broke', cell: ({ result }) => String(result.failed) },
      { title: 'join p50 / p99, ms', cell: ({ result: { latency } }) => pair(latency) },
      {
        title: 'refusal p50 / p99, ms',
        cell: ({ result }) => pair(result.refusalLatency),
      },
      {
        title: 'those inside, a signal there and back p50 / p99, ms',
        cell: ({ result }) => pair(result.insideLatency),
      },
      { title: 'a ping p50 / p99, ms', cell: ({ result }) => pair(result.pingLatency) },
      { title: 'lost', cell: ({ result }) => String(result.insidersLost) },
      { title: 'CPU', cell: ({ result }) => share(result.cpuSeconds, result) },
      { title: 'CPU of the load', cell: ({ result }) => share(result.ownCpuSeconds, result) },
      {
        title: 'retry after, s',
        cell: ({ result: { retryAfterMs } }) => (retryAfterMs.p50 / 1000).toFixed(1),
      },
    ],
    runs,
  )
}

function share(cpuSeconds: number, { seconds }: LoadResult): string {
  return `${((cpuSeconds / seconds) * 100).toFixed(0)} %`
}

function pair({ count, p50, p99 }: Latencies): string {
  return count === 0 ? '-' : `${p50.toFixed(1)} / ${p99.toFixed(1)}`
}
