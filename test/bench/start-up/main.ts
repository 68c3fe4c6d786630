import { writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { Command } from 'commander'
import { Rig, until } from '../../support/browser/rig.js'
import { dayAndMachine } from '../machine.js'
import { startUpTable, type Opening } from './start-up-table.js'

const { viewers, openings, latency, bitrate, save } = new Command('bench:start-up')
  .description(
    'Measures what Prismesh adds to the start of playback: beside viewers that share already, tabs are opened one at a ' +
      'time, plain hls.js and Prismesh in turn, and closed after their first frame. Needs a Chromium.',
  )
  .option('--viewers <n>', 'sharing already', Number, 3)
  .option('--openings <n>', 'tabs to open of each kind', Number, 30)
  .option('--latency <ms>', "the origin's time to first byte", Number, 20)
  .option('--bitrate <bit/s>', 'of the stream: small pictures, padded', Number, 1_000_000)
  .option('--save <file>', 'writes every opening there as JSON')
  .parse()
  .opts<{ viewers: number; openings: number; latency: number; bitrate: number; save?: string }>()

/** The first opening of a kind fills caches that the others find full. */
const warmUps = 2

const rig = await Rig.start({ origin: { paddedBitsPerSecond: bitrate, listedSegments: 10 } })
rig.origin.setFaults({ latencyMs: latency })
for (let index = 0; index < viewers; index += 1) {
  await until(await rig.open(), ({ firstFrameMs }) => firstFrameMs !== undefined, 'a first frame')
}
await sleep(5000)
const all: Opening[] = []
for (let index = -warmUps; index < openings; index += 1) {
  for (const mode of index % 2 === 0 ? (['plain', 'prismesh'] as const) : (['prismesh', 'plain'] as const)) {
    const page = await rig.open({ mode })
    const viewer = await until(page, ({ firstFrameMs }) => firstFrameMs !== undefined, 'a first frame')
    await page.close()
    await sleep(300)
    if (index >= 0) all.push({ mode, firstFrameMs: viewer.firstFrameMs ?? Number.NaN, steps: viewer.startUp })
  }
}
await rig.close()
const machine = dayAndMachine()
console.log(`${machine}\n\n${startUpTable(all)}`)
if (save !== undefined) await writeFile(save, JSON.stringify({ machine, openings: all }, null, 2))
