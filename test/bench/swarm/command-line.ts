import { Command, InvalidArgumentError, Option } from 'commander'
import { wholeFrom } from '../flag-values.js'
import { integrityOption, type Integrity } from '../integrity.js'
import { unfinishedSegments } from '../run-figures.js'
import { shapes, type SwarmShape } from './shapes.js'
import { comparedPlayers, players, type SwarmPlayer } from './swarm-player.js'

export interface SwarmOptions {
  readonly shapes: readonly SwarmShape[]
  readonly players: readonly SwarmPlayer[]
  readonly seconds: number
  readonly rounds: number
  /** p2p-media-loader as it comes, in place of the configuration that suits it best. */
  readonly peerDefaults: boolean
  /** Of Prismesh's viewers. */
  readonly integrity: Integrity
  /** 5 frames a second in place of 25. */
  readonly sparsePictures: boolean
  readonly save: string | undefined
}

/** Copies of fewer say nothing. */
const segmentsLeast = 3

const names = shapes.map(({ name }) => name)

/** @throws CommanderError for flags it does not take, where `exitOverride` is set; else it ends the process */
export function readSwarmOptions(args: readonly string[], command = new Command()): SwarmOptions {
  const options = command
    .name('bench:swarm')
    .description(
      'Measures Prismesh against plain hls.js and p2p-media-loader 2.3.1: real Chromium tabs, one live stream, a run of ' +
        'each in turn; counts segment bytes at the origin. Needs Linux (/proc) and a Chromium, and for the limited ' +
        'shapes root, `ip` and `tc`. p2p-media-loader is installed at its first run.',
    )
    .addOption(
      new Option('--shapes <list>', `of ${names.join(', ')}`).default(shapes, 'all').argParser(readShapes),
    )
    .addOption(
      new Option('--players <list>', `of ${players.join(', ')}`)
        .default(comparedPlayers, comparedPlayers.join())
        .argParser(readPlayers),
    )
    .option('--seconds <n>', 'measured span of each run, after the warm-up', wholeFrom(1), 60)
    .option('--rounds <n>', 'how often all is repeated', wholeFrom(1), 1)
    .option('--peer-defaults', 'p2p-media-loader as it comes, not configured for live', false)
    .addOption(integrityOption())
    .option('--sparse-pictures', '5 frames a second in place of 25, where the machine is too small', false)
    .option('--save <file>', 'writes the figures there as JSON, after each run')
    .parse(args, { from: 'user' })
    .opts<Omit<SwarmOptions, 'save'> & { save?: string }>()
  for (const shape of options.shapes) {
    const least = leastSeconds(shape)
    if (options.seconds >= least) continue
    command.error(`error: --seconds must be ${least} or more for the shape "${shape.name}"`)
  }
  const churning = options.shapes.find(({ churnSeconds }) => churnSeconds !== undefined)
  if (churning !== undefined && options.players.includes('channel')) {
    command.error(`error: the ring of the player "channel" would break in the shape "${churning.name}"`)
  }
  return { ...options, save: options.save }
}

/** The newest segments at the end are not counted; a few must be left. */
function leastSeconds({ segmentSeconds }: SwarmShape): number {
  return (unfinishedSegments + segmentsLeast) * segmentSeconds
}

function readShapes(text: string): readonly SwarmShape[] {
  if (text === 'all') return shapes
  return chosen(text, names, 'shape').flatMap((name) => shapes.find((shape) => shape.name === name) ?? [])
}

/** In their own order: plain hls.js, the yardstick, comes first. */
function readPlayers(text: string): readonly SwarmPlayer[] {
  if (text === 'all') return players
  const wanted = chosen(text, players, 'player')
  return players.filter((player) => wanted.includes(player))
}

function chosen(text: string, known: readonly string[], what: string): string[] {
  const wanted = text.split(',').map((name) => name.trim())
  const unknown = wanted.find((name) => !known.includes(name))
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`there is no ${what} "${unknown}"; there are ${known.join(', ')}`)
  }
  return wanted
}
