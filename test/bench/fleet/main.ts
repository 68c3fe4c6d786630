// `npm run bench:fleet`: what one process pays for being in a fleet, by broker and number of processes.
//   --seconds <n>   for how long each figure is measured (default 8)
import process from 'node:process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Broker, brokerKinds } from '../../support/fleet/broker.js'
import { startChild } from '../../support/fleet/child.js'
import { dayAndMachine } from '../machine.js'
import { markdownTable } from '../markdown-table.js'

const member = fileURLToPath(new URL('./fleet-member.js', import.meta.url))

/** Four times as often as by default, so that a short run has messages enough. */
const heartbeatMs = 500
const defaultHeartbeatMs = 2000

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '8' } } })
const seconds = Number(values.seconds)
if (!(seconds > 0)) throw new Error('--seconds must be a number above 0')

interface Figures {
  readonly cpuMs: number
  readonly received: number
  readonly published: number
  readonly others: number
}

async function measure(broker: Broker, processes: number, streams: number): Promise<Figures> {
  const args = (count: number) => [member, broker.url, String(count), String(streams), String(heartbeatMs)]
  const others = await startChild(process.execPath, args(processes - 1))
  try {
    const measured = await startChild(process.execPath, [...args(1), String(seconds), String(processes - 1)])
    await once(measured.process, 'close')
    return JSON.parse(measured.output()) as Figures
  } finally {
    await others.kill()
  }
}

const rows: string[][] = []
for (const kind of brokerKinds) {
  const broker = await Broker.start(kind)
  for (const [processes, streams] of [
    [3, 0],
    [10, 0],
    [60, 0],
    [10, 200],
  ] as const) {
    const { cpuMs, received, published, others } = await measure(broker, processes, streams)
    const perMessage = (1000 * cpuMs) / Math.max(1, received + published)
    // At the default heartbeat: one beat out, one in from each of the others, and its own back.
    const perSecond = (processes + 1) / (defaultHeartbeatMs / 1000)
    rows.push([
      kind,
      `${others + 1} of ${processes}`,
      String(streams),
      String(received),
      `${perMessage.toFixed(0)} µs`,
      `${((perMessage * perSecond) / 10_000).toFixed(3)} %`,
    ])
  }
  await broker.close()
}
const titles = [
  'broker',
  'processes',
  'thin streams each',
  'beats heard',
  'CPU per message',
  'of a core at a beat per 2 s',
]
const columns = titles.map((title, index) => ({ title, cell: (row: readonly string[]) => row[index] ?? '' }))
process.stdout.write(`${dayAndMachine()}\n\n${markdownTable(columns, rows)}\n`)
