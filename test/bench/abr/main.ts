import { writeFile } from 'node:fs/promises'
import { Command, InvalidArgumentError } from 'commander'
import { wholeFrom } from '../flag-values.js'
import { dayAndMachine } from '../machine.js'
import { abrTable } from './abr-table.js'
import { measureAbr, type AbrRun } from './measure-abr.js'

const program = new Command('bench:abr')
  .description(
    'Where players with several renditions settle, and how soon they change when the CDN slows down and recovers: ' +
      'plain hls.js, then Prismesh. Tabs of one Chromium. Needs a Chromium.',
  )
  .option('--viewers <n>', 'who choose for themselves', wholeFrom(1), 6)
  .option('--ladder <list>', 'bit rates of the renditions, Mbit/s, the lowest first', rates, [0.6, 1, 1.8])
  .option(
    '--cdn <list>',
    "the CDN's rate for each answer, Mbit/s, in one phase after another",
    rates,
    [4, 1.3, 4],
  )
  .option('--seconds <n>', 'length of each phase', wholeFrom(1), 40)
  .option('--save <file>', 'writes the figures there as JSON')
  .parse()

const options = program.opts<{
  viewers: number
  ladder: number[]
  cdn: number[]
  seconds: number
  save?: string
}>()

const plain = await measure('plain')
const prismesh = await measure('prismesh')
const machine = dayAndMachine()
console.log(`${machine}\n\n${abrTable(plain, prismesh)}`)
if (options.save !== undefined) {
  await writeFile(options.save, JSON.stringify({ machine, options, plain, prismesh }, null, 2))
}

function measure(mode: AbrRun['mode']) {
  console.error(`${mode}, ${options.viewers} viewers, ${options.cdn.length} times ${options.seconds} s ...`)
  return measureAbr({
    mode,
    viewers: options.viewers,
    ladder: options.ladder.map((rate) => rate * 1e6),
    cdnRates: options.cdn.map((rate) => rate * 1e6),
    phaseSeconds: options.seconds,
  })
}

function rates(text: string): number[] {
  const values = text.split(',').map(Number)
  if (!values.every((value) => value > 0)) throw new InvalidArgumentError('numbers above 0 are needed')
  return values
}
