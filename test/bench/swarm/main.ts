import { writeFile } from 'node:fs/promises'
import { dayAndMachine } from '../machine.js'
import { readSwarmOptions } from './command-line.js'
import { missingForNamespaces, removeNamespaces } from './network/namespaces.js'
import { defaultConfiguration, fairConfiguration, installPeer } from './peer-package.js'
import { runInChild } from './run-in-child.js'
import type { SwarmFigures } from './swarm-figures.js'
import { swarmTable } from './swarm-table.js'

const options = readSwarmOptions(process.argv.slice(2))
const limited = options.shapes.filter(({ uplinksKbits }) => uplinksKbits !== undefined)
const missing = limited.length === 0 ? [] : missingForNamespaces()
if (missing.length > 0) {
  const named = limited.map(({ name }) => name).join(', ')
  console.error(`These shapes cannot run here: ${named}. ${missing.join('; ')}`)
  process.exit(1)
}

const machine = dayAndMachine()
const runs: SwarmFigures[] = []
const interrupted = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => interrupted.abort(new Error(`interrupted by ${signal}`)))
}
// Whatever ends this process: namespaces would outlive it.
if (limited.length > 0) process.once('exit', removeNamespaces)

try {
  await save()
  if (options.players.includes('peer')) installPeer()
  for (let round = 0; round < options.rounds; round += 1) {
    for (const shape of options.shapes) {
      for (const player of options.players) {
        console.error(`${shape.name}: ${player}, ${shape.viewers} viewers, ${options.seconds} s ...`)
        const peer = options.peerDefaults ? defaultConfiguration : fairConfiguration
        const { seconds, integrity, sparsePictures } = options
        const run = { shape, player, peer, seconds, integrity, sparsePictures }
        runs.push(await runInChild(run, interrupted.signal))
        await save()
      }
    }
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
if (runs.length > 0) {
  const peer = options.peerDefaults ? 'at its defaults' : `with ${JSON.stringify(fairConfiguration)}`
  console.log(`${machine}; p2p-media-loader ${peer}\n\n${swarmTable(runs)}`)
}

async function save(): Promise<void> {
  if (options.save === undefined) return
  const { seconds, rounds, peerDefaults, integrity, sparsePictures } = options
  await writeFile(
    options.save,
    JSON.stringify({ machine, seconds, rounds, peerDefaults, integrity, sparsePictures, runs }, null, 2),
  )
}
