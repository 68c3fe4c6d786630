import { writeFile } from 'node:fs/promises'
import { Command } from 'commander'
import { wholeFrom } from '../flag-values.js'
import { integrityOption, type Integrity } from '../integrity.js'
import { dayAndMachine } from '../machine.js'
import { figuresTable } from './figures-table.js'
import { measureRun, type RunFigures, type RunShape } from './measure-run.js'

const whole = wholeFrom(0)

const program = new Command('bench:main')
  .description(
    'Measures Prismesh against plain hls.js: tabs of one Chromium, one live stream of 1 Mbit/s, runs of both in turn. ' +
      'Counts segment bytes at the origin. Needs Linux (/proc) and a Chromium.',
  )
  .option('--viewers <list>', 'numbers of viewers, one pair of runs each', list, [4, 8])
  .option('--seconds <n>', 'measured span of each run, after the warm-up', whole, 120)
  .option('--rounds <n>', 'how often all is repeated', whole, 1)
  .option('--segment-seconds <2|4>', 'segment duration', whole, 2)
  .option('--window <n>', 'segments in the playlist', whole, 6)
  .option('--bitrate <bit/s>', 'of the stream: small pictures, padded', whole, 1_000_000)
  .option('--latency <ms>', "the origin's time to first byte", whole, 20)
  .option('--arrival <ms>', 'pause between two arrivals', whole, 700)
  .addOption(integrityOption())
  .option('--save <file>', 'writes the figures there as JSON')
  .parse()

const options = program.opts<{
  viewers: number[]
  seconds: number
  rounds: number
  segmentSeconds: number
  window: number
  bitrate: number
  latency: number
  arrival: number
  integrity: Integrity
  save?: string
}>()

const runs: RunFigures[] = []
for (let round = 0; round < options.rounds; round += 1) {
  for (const viewers of options.viewers) {
    for (const mode of ['plain', 'prismesh'] as const) {
      console.error(`${mode}, ${viewers} viewers, ${options.seconds} s ...`)
      const shape: RunShape = {
        mode,
        viewers,
        seconds: options.seconds,
        segmentSeconds: options.segmentSeconds === 4 ? 4 : 2,
        windowSegments: options.window,
        bitsPerSecond: options.bitrate,
        originLatencyMs: options.latency,
        arrivalMs: options.arrival,
        integrity: options.integrity,
      }
      runs.push(await measureRun(shape))
    }
  }
}
const machine = dayAndMachine()
console.log(`${machine}\n\n${figuresTable(runs)}`)
if (options.save !== undefined)
  await writeFile(options.save, JSON.stringify({ machine, options, runs }, null, 2))

function list(text: string): number[] {
  return text.split(',').map(whole)
}
