import { writeFile } from 'node:fs/promises'
import { dayAndMachine } from '../machine.js'
import type { TrackerBenchOptions } from './command-line.js'
import { memoryCsv, memorySvg, slopeBytesPerMinute } from './memory-report.js'
import { runOnServer } from './run-on-server.js'

/** Holds connections with churn and shows what the server's memory does. */
export async function holdConnections(asked: TrackerBenchOptions, minutes: number): Promise<void> {
  const { connections, churn, save } = asked
  const result = await runOnServer('prismesh', 'native', asked, {
    kind: 'hold',
    seconds: minutes * 60,
    // Cells of the size that they have with real streams.
    swarms: Math.max(1, Math.round(connections / 1000)),
    ...(churn > 0 ? { ratePerSecond: churn } : {}),
  })
  const { memory, done, failed, seconds, cpuSeconds } = result
  const held = memory.filter((point) => point.connections >= connections * 0.99)
  const settled = held.filter(({ second }) => second >= (held[0]?.second ?? 0) + (minutes * 60) / 5)
  const slope = slopeBytesPerMinute(settled)
  console.log(dayAndMachine())
  console.log(
    `${connections} members for ${minutes} min, ${done} left and others came, ${failed} lost or turned away; ` +
      `CPU ${((cpuSeconds / seconds) * 100).toFixed(1)} %, ` +
      `growth after the first fifth ${(slope / 2 ** 20).toFixed(2)} MiB per minute`,
  )
  if (save === undefined) return
  await writeFile(`${save}.csv`, memoryCsv(memory))
  await writeFile(`${save}.svg`, memorySvg(memory, connections))
  await writeFile(`${save}.json`, JSON.stringify(result, null, 2))
}
