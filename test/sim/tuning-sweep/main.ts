/** `npm run sim:tuning`: what half and twice of each of the engine's constants would end at. */
import process from 'node:process'
import { Command, InvalidArgumentError } from 'commander'
import { tuning } from '../../../client-sdk/src/engine/tuning.js'
import { runPoints } from '../grid/run-points.js'
import { defaultOptions, type SimOptions } from '../sim-options.js'
import type { TuningChange } from '../with-tuning.js'
import { sweepTable, unmoved, type SweepRow } from './sweep-table.js'

type Constant = keyof typeof tuning

interface Flags {
  readonly only: readonly Constant[]
  readonly bitrate: number
  readonly willing: number
  readonly viewers: number
  readonly seconds: number
  readonly seed: number
  readonly processes: number
}

const flags = new Command('sim:tuning')
  .description("Runs the simulator with half and with twice of each of the engine's constants")
  .option('--only <list>', 'these constants alone', constants, Object.keys(tuning) as Constant[])
  .option('--bitrate <number>', 'Mbit/s', number(0.05, 50), 3)
  .option('--willing <share>', 'part of the viewers that upload', number(0, 1), 1)
  .option('--viewers <number>', 'how many watch', number(1, 100_000), 64)
  .option('--seconds <s>', 'virtual time of each run', number(2, 86_400), 40)
  .option('--seed <number>', 'of every run', number(0, 0xffff_ffff), 1)
  .option('--processes <number>', 'runs at the same time', number(1, 64), 1)
  .parse()
  .opts<Flags>()

const { only, bitrate, willing, viewers, seconds, seed, processes } = flags
const changes: TuningChange[] = [
  {},
  ...only.flatMap((name) => [{ [name]: halfOf(name) }, { [name]: 2 * tuning[name] }]),
]

let ready = 0
const results = await runPoints(changes.map(optionsOf), processes, ({ options, offload }) => {
  ready += 1
  const change = Object.entries(options.tuning).map(([name, value]) => `${name}=${value}`)
  const what = change.join(', ') || 'as they ship'
  process.stderr.write(`${ready} of ${changes.length}: ${what}: ${(100 * offload).toFixed(1)} %\n`)
})
const [asIs, ...changed] = results
if (asIs === undefined) throw new Error('no run was made')
const rows = only.flatMap((name, index): SweepRow[] => {
  const [half, twice] = [changed[2 * index], changed[2 * index + 1]]
  return half === undefined || twice === undefined ? [] : [{ name, value: tuning[name], half, twice }]
})
process.stdout.write(`${sweepTable(asIs, rows)}\n\nNo difference: ${unmoved(asIs, rows).join(', ')}\n`)

function optionsOf(change: TuningChange): SimOptions {
  return {
    ...defaultOptions,
    seed,
    viewers,
    runMs: seconds * 1000,
    bitsPerSecond: bitrate * 1_000_000,
    willingShare: willing,
    tuning: change,
  }
}

/** Numbers of things stay whole, and at least one. */
function halfOf(name: Constant): number {
  const value = tuning[name]
  return Number.isInteger(value) ? Math.max(1, Math.floor(value / 2)) : value / 2
}

function constants(text: string): readonly Constant[] {
  const names = text.split(',').map((name) => name.trim())
  const unknown = names.filter((name) => !Object.hasOwn(tuning, name))
  if (unknown.length > 0) throw new InvalidArgumentError(`There is no constant ${unknown.join(', ')}.`)
  return names as Constant[]
}

function number(least: number, most: number) {
  return (text: string): number => {
    const value = text.trim() === '' ? Number.NaN : Number(text)
    if (value >= least && value <= most) return value
    throw new InvalidArgumentError(`It is a number from ${least} to ${most}.`)
  }
}
