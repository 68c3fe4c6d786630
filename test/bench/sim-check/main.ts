/**
 * `npm run sim:check`: real tabs, and the simulator in the same shape, side by side. Takes the options of bench:swarm, of
 * which the players are always Prismesh's own.
 */
import { readCommandLine } from '../../sim/command-line.js'
import { run } from '../../sim/run.js'
import { simShapes } from '../../sim/shape-flags.js'
import { warmUpMs } from '../../sim/simulation.js'
import { dayAndMachine } from '../machine.js'
import { markdownTable, type Column } from '../markdown-table.js'
import { readSwarmOptions } from '../swarm/command-line.js'
import { missingForNamespaces, removeNamespaces } from '../swarm/network/namespaces.js'
import { fairConfiguration } from '../swarm/peer-package.js'
import { runInChild } from '../swarm/run-in-child.js'
import { compare, type ComparedFigure } from './agreement.js'

type Row = ComparedFigure & { readonly shape: string }

const columns: readonly Column<Row>[] = [
  { title: 'shape', cell: ({ shape }) => shape },
  { title: 'figure', cell: ({ name }) => name },
  { title: 'browsers', cell: ({ browsers }) => browsers.toFixed(2) },
  { title: 'simulator', cell: ({ simulator }) => simulator.toFixed(2) },
  { title: 'ratio', cell: ({ ratio }) => ratio?.toFixed(2) ?? '-' },
  { title: 'within 15 %', cell: ({ agrees }) => (agrees ? 'yes' : 'no') },
]

const { shapes, seconds, sparsePictures } = readSwarmOptions(process.argv.slice(2))
const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => interrupted.abort(new Error(`interrupted by ${signal}`)))
}
process.once('exit', removeNamespaces)

const rows: Row[] = []
for (const shape of shapes.filter((each) => simShapes.includes(each))) {
  const missing = shape.uplinksKbits === undefined ? [] : missingForNamespaces()
  if (missing.length > 0) {
    console.error(`${shape.name} cannot run here: ${missing.join('; ')}`)
    process.exitCode = 1
    continue
  }
  console.error(`${shape.name}: ${seconds} s ...`)
  // As the simulator has it, unless it is told otherwise.
  const integrity = 'off'
  const asked = {
    shape,
    player: 'prismesh',
    peer: fairConfiguration,
    seconds,
    integrity,
    sparsePictures,
  } as const
  const browsers = await runInChild(asked, interrupted.signal)
  const fromMs = shape.arrivalMs * shape.viewers + warmUpMs
  const { options } = readCommandLine(['node', 'sim', '--shape', shape.name])
  const simulated = run({ ...options, runMs: Math.ceil((fromMs + seconds * 1000) / 1000) * 1000 })
  for (const figure of compare(browsers, simulated, fromMs)) {
    if (!figure.agrees) process.exitCode = 1
    rows.push({ shape: shape.name, ...figure })
  }
}
console.log(`${dayAndMachine()}\n`)
console.log(markdownTable(columns, rows))
