import { writeFile } from 'node:fs/promises'
import { installPeer } from '../swarm/peer-package.js'
import { dayAndMachine } from '../machine.js'
import { serverNames, type ServerName } from './bench-server.js'
import { readBenchCommandLine, type TrackerBenchOptions } from './command-line.js'
import type { LoadPlan } from './load/plan.js'
import { holdConnections } from './hold.js'
import { overload } from './overload.js'
import { trackerTable } from './report.js'
import { rows, type Figure, type Row, type RowName } from './rows.js'
import { runOnServer, speaks } from './run-on-server.js'

const options = readBenchCommandLine(process.argv.slice(2))
if (options.hold !== undefined) await holdConnections(options, options.hold)
else if (options.overload) await overload(options)
else await compare(options)

async function compare(asked: TrackerBenchOptions): Promise<void> {
  installPeer()
  const figures: Figure[] = []
  const rates = await ratesOf(asked)
  for (let round = 0; round < asked.rounds; round += 1) {
    for (const name of asked.rows) {
      const ratePerSecond = rates.get(name)
      const more = ratePerSecond === undefined ? {} : { ratePerSecond }
      // Whoever runs first has the quieter machine, or the colder one: they take turns.
      for (const server of round % 2 === 0 ? serverNames : [...serverNames].reverse()) {
        figures.push(...(await figuresOf(asked, name, server, round, more)))
      }
    }
  }
  console.log(`${dayAndMachine()}; ${asked.rounds} rounds of ${asked.seconds} s\n`)
  console.log(trackerTable(figures))
  if (asked.save !== undefined) await writeFile(`${asked.save}.json`, JSON.stringify(figures, null, 2))
}

async function figuresOf(
  asked: TrackerBenchOptions,
  name: RowName,
  server: ServerName,
  round: number,
  more: Partial<LoadPlan>,
): Promise<Figure[]> {
  const row: Row = rows[name]
  const figures: Figure[] = []
  for (const protocol of row.protocols[server]) {
    if (!speaks(server, protocol)) {
      console.error(`${name}: ${server} does not speak ${protocol} here`)
      continue
    }
    const plan = { ...row.plan, ...more, kind: row.plan.kind ?? 'join' }
    const result = await runOnServer(server, protocol, asked, plan)
    const value = row.valueOf(result)
    console.error(
      `${name}, ${server} (${protocol}), round ${round + 1}: ${value.toFixed(2)} ${row.unit}, ${detail(result)}`,
    )
    figures.push({ row: name, server, protocol, round, value, result })
  }
  return figures
}

/** The rates of the rows that have one: half of what a server takes at its fastest, found out once for each. */
async function ratesOf(asked: TrackerBenchOptions): Promise<ReadonlyMap<RowName, number>> {
  const rates = new Map<RowName, number>()
  const known = new Map<string, number>()
  for (const name of asked.rows) {
    const { halfOf }: Row = rows[name]
    if (halfOf === undefined) continue
    const { server, protocol, offers } = halfOf
    const key = JSON.stringify(halfOf)
    let saturation = known.get(key)
    if (saturation === undefined) {
      const { done, seconds } = await runOnServer(server, protocol, asked, { kind: 'join', offers })
      saturation = done / seconds
      known.set(key, saturation)
      console.error(
        `${server} (${protocol}, ${offers} offers) takes ${saturation.toFixed(0)} joins per second`,
      )
    }
    rates.set(name, saturation / 2)
  }
  return rates
}

function detail({ done, seconds, failed, cpuSeconds, ownCpuSeconds }: Figure['result']): string {
  const share = (cpu: number) => `${((cpu / seconds) * 100).toFixed(0)} %`
  const problems = failed > 0 ? `, ${failed} failed` : ''
  return `${(done / seconds).toFixed(0)}/s, server ${share(cpuSeconds)}, load ${share(ownCpuSeconds)}${problems}`
}
