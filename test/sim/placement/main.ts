import { writeFileSync } from 'node:fs'
import process from 'node:process'
import { Command, InvalidArgumentError } from 'commander'
import type { PlacementFigures } from './placement-figures.js'
import { runPlacement } from './run-placement.js'

interface Flags {
  readonly viewers: number
  readonly seed: number
  readonly json?: string
}

const flags = new Command('npm run sim:placement --')
  .description(
    'Places viewers of a made-up internet by the core of the tracker, and shows how near they are to each other.',
  )
  .option('--viewers <number>', 'how many come', count, 10_000)
  .option('--seed <number>', 'the same run for the same seed', count, 1)
  .option('--json <file>', 'writes the figures to a file')
  .parse(process.argv)
  .opts<Flags>()

const run = runPlacement(flags, () => performance.now())
const percent = (share: number) => `${(100 * share).toFixed(1)} %`

const rows: readonly (readonly [name: string, show: (figures: PlacementFigures) => string])[] = [
  ['members', ({ members }) => String(members)],
  ['cells, and the fewest that would do', ({ cells, cellsLeast }) => `${cells} / ${cellsLeast}`],
  ['links per member', ({ linksPerMember }) => linksPerMember.toFixed(1)],
  ['links within a provider', ({ sameProvider }) => percent(sameProvider)],
  ['- chosen at random', ({ randomProvider }) => percent(randomProvider)],
  ['links within a country', ({ sameCountry }) => percent(sameCountry)],
  ['- chosen at random', ({ randomCountry }) => percent(randomCountry)],
  ['links to the same rendition', ({ sameRendition }) => percent(sameRendition)],
  ['links out of the cell', ({ outsideCell }) => percent(outsideCell)],
  ['diameter of a cell, mean / worst', (f) => `${f.diameterMean.toFixed(2)} / ${f.diameterMax}`],
  ['members cut off from their cell', ({ cutOff }) => percent(cutOff)],
  ['members with fewer than 3 links', ({ lonely }) => percent(lonely)],
  ['takers with fewer than 4 givers', ({ takersShort }) => percent(takersShort)],
  ['takers without any', ({ takersWithout }) => percent(takersWithout)],
]

const lines = [
  ['', ...run.moments.map(({ name }) => name)],
  ...rows.map(([name, show]) => [name, ...run.moments.map(({ figures }) => show(figures))]),
]
const widths = (lines[0] ?? []).map((_, column) =>
  Math.max(...lines.map((line) => (line[column] ?? '').length)),
)
for (const line of lines) {
  const cells = line.map((text, column) =>
    column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0),
  )
  process.stdout.write(`${cells.join('  ')}\n`)
}
process.stdout.write(
  `\n${run.joins} joins; of the core each took ${run.joinMicrosecondsMedian.toFixed(0)} microseconds (median; one of twenty above ${run.joinMicrosecondsP95.toFixed(0)})\n`,
)
if (flags.json !== undefined) writeFileSync(flags.json, `${JSON.stringify({ ...flags, ...run }, null, 2)}\n`)

function count(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('must be a whole number from 1 to 999999')
  return Number(text)
}
