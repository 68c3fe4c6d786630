/** `npm run sim:grid`: how much of what the uplinks allow is reached, over bit rates and shares of willing viewers. */
import { writeFileSync } from 'node:fs'
import process from 'node:process'
import { Command, InvalidArgumentError } from 'commander'
import { defaultOptions } from '../sim-options.js'
import { gridTable } from './grid-table.js'
import { runPoints } from './run-points.js'

interface Flags {
  readonly bitrates: readonly number[]
  readonly willing: readonly number[]
  readonly seeds: readonly number[]
  readonly viewers: readonly number[]
  readonly seconds: readonly number[]
  readonly processes: readonly number[]
  readonly ratio: readonly number[]
  readonly json?: string
}

const flags = new Command('sim:grid')
  .description('Runs the simulator at every point of a grid, and prints a table of efficiency')
  .option('--bitrates <list>', 'Mbit/s', numbers(0.05, 50), [1, 2, 3, 5])
  .option('--willing <list>', 'parts of the viewers that upload', numbers(0, 1), [1, 0.5, 0.3])
  .option('--seeds <list>', 'every point runs with each of them', numbers(0, 0xffff_ffff), [1])
  .option('--viewers <number>', 'how many watch', numbers(1, 100_000), [64])
  .option('--seconds <s>', 'virtual time of each run', numbers(2, 86_400), [60])
  .option('--processes <number>', 'runs at the same time', numbers(1, 64), [1])
  .option('--ratio <number>', 'bytes given for each byte watched, at most', numbers(0, 1000), [1000])
  .option('--json <file>', 'write the figures of every run')
  .parse()
  .opts<Flags>()

const [viewers = 64] = flags.viewers
const [seconds = 60] = flags.seconds
const [processes = 1] = flags.processes
const [uploadRatioMax = 1000] = flags.ratio
const points = flags.bitrates.flatMap((mbit) =>
  flags.willing.flatMap((willingShare) =>
    flags.seeds.map((seed) => ({
      ...defaultOptions,
      seed,
      viewers,
      runMs: seconds * 1000,
      bitsPerSecond: mbit * 1_000_000,
      willingShare,
      uploadRatioMax,
    })),
  ),
)

let ready = 0
const results = await runPoints(points, processes, ({ options, efficiency, problems }) => {
  ready += 1
  const { bitsPerSecond, willingShare, seed } = options
  const point = `${bitsPerSecond / 1_000_000} Mbit/s, ${100 * willingShare} % willing, seed ${seed}`
  process.stderr.write(`${ready} of ${points.length}: ${point}: ${(100 * efficiency).toFixed(1)} %\n`)
  for (const problem of problems) process.stderr.write(`PROBLEM: ${problem}\n`)
})
process.stdout.write(`${gridTable(results)}\n`)
if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify(results, null, 2)}\n`)
if (results.some(({ problems }) => problems.length > 0)) process.exitCode = 1

function numbers(least: number, most: number) {
  return (text: string): readonly number[] => {
    const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
    if (values.every((value) => value >= least && value <= most)) return values
    throw new InvalidArgumentError(`Each is a number from ${least} to ${most}.`)
  }
}
