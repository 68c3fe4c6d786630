import { Command, InvalidArgumentError, Option } from 'commander'
import { wholeFrom } from '../flag-values.js'
import { rowNames, type RowName } from './rows.js'

export interface TrackerBenchOptions {
  readonly rows: readonly RowName[]
  readonly seconds: number
  readonly rounds: number
  readonly connections: number
  readonly serverCore: number
  readonly loadCore: number
  readonly hold?: number
  readonly churn: number
  readonly overload: boolean
  readonly save?: string
}

export function readBenchCommandLine(args: readonly string[]): TrackerBenchOptions {
  return new Command('bench:tracker')
    .description(
      'Loads prismesh-tracker and bittorrent-tracker 11.2.3 in turn, each in a process kept to a core of its own, over ' +
        'loopback, and states what they cost by the account of the operating system. Needs Linux and two cores.',
    )
    .addOption(
      new Option('--rows <list>', `of ${rowNames.join(', ')}`).argParser(readRows).default(rowNames, 'all'),
    )
    .option('--seconds <n>', 'measured span of each run, after the warm-up', wholeFrom(1), 10)
    .option('--rounds <n>', 'how often all is repeated; figures are medians', wholeFrom(1), 3)
    .option('--connections <n>', 'that are there all the time (--hold: that are held)', wholeFrom(1), 2000)
    .option('--server-core <n>', 'the core for the tracker', wholeFrom(0), 0)
    .option('--load-core <n>', 'the core for the load', wholeFrom(0), 1)
    .option('--hold <minutes>', 'holds connections for so long instead, and shows memory over time', positive)
    .option(
      '--churn <n>',
      'with --hold: members per second that leave, others taking their place',
      wholeFrom(0),
      20,
    )
    .option('--overload', 'joins at half of and at twice saturation instead, and watches those inside', false)
    .option('--save <name>', 'writes the figures to NAME.json; with --hold also NAME.csv and NAME.svg')
    .parse(args, { from: 'user' })
    .opts<TrackerBenchOptions>()
}

function readRows(text: string): readonly RowName[] {
  const wanted = text.split(',').map((name) => name.trim())
  const unknown = wanted.find((name) => !(rowNames as readonly string[]).includes(name))
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`there is no row "${unknown}"; there are ${rowNames.join(', ')}`)
  }
  return rowNames.filter((name) => wanted.includes(name))
}

function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value <= 600)) throw new InvalidArgumentError('a number of minutes up to 600 is needed')
  return value
}
