import { Command, InvalidArgumentError, Option, type CommanderError } from 'commander'
import type { SwarmShape } from '../bench/swarm/shapes.js'
import { cellMembersMax, neighboursTarget } from '../../protocol/limits.js'
import { pathProfiles, type PathKind } from './path-profile.js'
import { allScenarios } from './scenarios/all-scenarios.js'
import type { Scenario } from './scenarios/scenario.js'
import { defaultOptions, type SimOptions, type Trouble } from './sim-options.js'
import { readTrouble, troubleSyntax } from './trouble-flag.js'
import { flagsOfShape, simShapes } from './shape-flags.js'
import { readTuning, type TuningChange } from './with-tuning.js'
import { homeUplinks, readUplinkMix, type UplinkMix } from './uplink-mix.js'

/** What one call of `npm run sim` asks for. */
export interface SimCommand {
  readonly options: SimOptions
  /** Whether the same run is made without Prismesh, too. */
  readonly compare: boolean
  readonly jsonFile: string | undefined
  readonly reportFile: string | undefined
  /** Instead of one run with `options`. */
  readonly scenarios: readonly Scenario[]
  readonly length: 'long' | 'short'
}

interface Flags {
  readonly viewers: number
  readonly seconds: number
  readonly seed: number
  readonly bitrate: number
  readonly segmentSeconds: number
  readonly window: number
  readonly willing: number
  readonly cell: number
  readonly uplinks: UplinkMix
  readonly ratio: number
  readonly nat: 'mix' | 'off'
  readonly paths: PathKind
  readonly arrival: number
  readonly arrivals: 'drawn' | 'in-turn'
  readonly churn?: number
  readonly replace?: number
  readonly vanish: number
  readonly hidden: number
  readonly renditions: number
  readonly switch?: number
  readonly cdnFirstByte: number
  readonly cdnRate: number
  readonly slow: number
  readonly silent: number
  readonly lying: number
  readonly polluting: number
  readonly digests: boolean
  readonly trouble?: readonly Trouble[]
  readonly tune?: TuningChange
  readonly codec: boolean
  readonly p2p: boolean
  readonly compare: boolean
  readonly json?: string
  readonly report?: string
  readonly shape?: SwarmShape
  readonly scenario?: readonly Scenario[]
  readonly short: boolean
}

/** Reads the arguments; a wrong one ends the process with its reason, or is thrown where `wrong` throws it. */
export function readCommandLine(
  argv: readonly string[],
  wrong?: (error: CommanderError) => never,
): SimCommand {
  const parsed = (wrong === undefined ? command() : command().exitOverride(wrong)).parse([...argv])
  const { shape } = parsed.opts<Flags>()
  for (const [name, value] of Object.entries(shape === undefined ? {} : flagsOfShape(shape))) {
    if (parsed.getOptionValueSource(name) !== 'cli') parsed.setOptionValue(name, value)
  }
  const flags = parsed.opts<Flags>()
  return {
    options: optionsOf(flags),
    compare: flags.compare,
    jsonFile: flags.json,
    reportFile: flags.report,
    scenarios: flags.scenario ?? [],
    length: flags.short ? 'short' : 'long',
  }
}

/** Every flag as the help shows it, with its default as text; empty where there is none. */
export function simFlags(): (readonly [flag: string, fallback: string])[] {
  return command().options.map(({ flags, defaultValue, defaultValueDescription, negate }) => {
    const fallback =
      defaultValueDescription ?? (defaultValue as string | number | boolean | undefined) ?? false
    return [flags, negate || fallback === false ? '' : String(fallback)]
  })
}

function optionsOf(flags: Flags): SimOptions {
  return {
    seed: flags.seed,
    viewers: flags.viewers,
    runMs: flags.seconds * 1000,
    bitsPerSecond: flags.bitrate * 1_000_000,
    segmentMs: flags.segmentSeconds * 1000,
    windowSegments: flags.window,
    arrivalMs: flags.arrival * 1000,
    arrivals: flags.arrivals,
    ...(flags.churn === undefined ? {} : { stayMedianMs: flags.churn * 1000 }),
    ...(flags.replace === undefined ? {} : { replaceMs: flags.replace * 1000 }),
    vanishShare: flags.vanish,
    willingShare: flags.willing,
    cellMembersMax: flags.cell,
    uplinks: flags.uplinks,
    uploadRatioMax: flags.ratio,
    paths: flags.paths,
    nat: flags.nat === 'mix',
    hiddenShare: flags.hidden,
    cdnFirstByteMs: flags.cdnFirstByte,
    cdnBytesPerSecond: (flags.cdnRate * 1_000_000) / 8,
    renditions: flags.renditions,
    ...(flags.switch === undefined ? {} : { switchMs: flags.switch * 1000 }),
    slowShare: flags.slow,
    silentShare: flags.silent,
    lyingShare: flags.lying,
    pollutingShare: flags.polluting,
    integrity: flags.digests ? 'required' : 'off',
    trouble: flags.trouble ?? [],
    tuning: flags.tune ?? {},
    p2p: flags.p2p,
    codec: flags.codec,
  }
}

function command(): Command {
  const { viewers, runMs, seed, segmentMs, windowSegments, arrivalMs, ...others } = defaultOptions
  return new Command('sim')
    .description(
      'Runs a swarm in virtual time: the shipping engine and tracker core, modelled network and players',
    )
    .option('--viewers <number>', 'how many watch', integerFrom(1, 100_000), viewers)
    .option('--seconds <s>', 'virtual time from the first arrival on', integerFrom(2, 86_400), runMs / 1000)
    .option('--seed <number>', 'everything is drawn from it', integerFrom(0, 0xffff_ffff), seed)
    .option(
      '--bitrate <Mbit/s>',
      'of the best rendition',
      numberFrom(0.05, 50),
      others.bitsPerSecond / 1_000_000,
    )
    .option('--segment-seconds <s>', 'length of a segment', numberFrom(0.5, 20), segmentMs / 1000)
    .option('--window <segments>', 'segments in the playlist', integerFrom(3, 100), windowSegments)
    .option('--willing <share>', 'part of the viewers that upload', share, others.willingShare)
    .option(
      '--cell <members>',
      'most members of one cell',
      integerFrom(neighboursTarget, cellMembersMax),
      others.cellMembersMax,
    )
    .addOption(
      new Option('--uplinks <mix>', '"homes", "unlimited", or Mbit/s in turn such as 1.5,3,5,8')
        .argParser(uplinkMix)
        .default(homeUplinks, 'homes'),
    )
    .option(
      '--ratio <number>',
      'bytes that a viewer gives for each byte watched, at most',
      numberFrom(0, 1000),
      others.uploadRatioMax,
    )
    .addOption(new Option('--nat <kind>', 'which pairs connect').choices(['mix', 'off']).default('mix'))
    .addOption(
      new Option('--paths <kind>', 'what lies between members')
        .choices(Object.keys(pathProfiles))
        .default(others.paths),
    )
    .option('--arrival <s>', 'time within which the viewers arrive', numberFrom(0, 86_400), arrivalMs / 1000)
    .addOption(
      new Option('--arrivals <how>', 'at moments drawn evenly, or one after another')
        .choices(['drawn', 'in-turn'])
        .default(others.arrivals),
    )
    .option('--churn <s>', 'half of the viewers stay less than this, and others come', numberFrom(1, 86_400))
    .option('--replace <s>', 'the oldest leaves and another one comes this often', numberFrom(0.1, 86_400))
    .option('--vanish <share>', 'part of those who leave without a word', share, others.vanishShare)
    .option('--hidden <share>', 'part of the viewers whose tab is hidden', share, others.hiddenShare)
    .option(
      '--renditions <number>',
      'each has half the bit rate of the one before',
      integerFrom(1, 8),
      others.renditions,
    )
    .option('--switch <s>', 'a viewer changes the rendition about this often', numberFrom(1, 86_400))
    .option(
      '--cdn-first-byte <ms>',
      "the CDN's time to the first byte",
      numberFrom(0, 60_000),
      others.cdnFirstByteMs,
    )
    .option(
      '--cdn-rate <Mbit/s>',
      "the CDN's rate for one response",
      numberFrom(0.1, 10_000),
      (others.cdnBytesPerSecond * 8) / 1_000_000,
    )
    .option('--slow <share>', 'part of the members that send at 100 kbit/s', share, others.slowShare)
    .option('--silent <share>', 'part of the members that never send a block', share, others.silentShare)
    .option('--lying <share>', 'part of the members that claim and do not fetch', share, others.lyingShare)
    .option(
      '--polluting <share>',
      'part of the members that change every block that they send',
      share,
      others.pollutingShare,
    )
    .option('--digests', "check blocks against the digests of the tracker's witness", false)
    .addOption(
      new Option(
        '--trouble <what>',
        `cdn-slow, cdn-broken, cdn-truncates, tracker-down or partition, as ${troubleSyntax} in seconds; may be repeated`,
      ).argParser(trouble),
    )
    .addOption(
      new Option('--tune <name=value>', "another value in the engine's tuning; may be repeated").argParser(
        tune,
      ),
    )
    .option('--codec', "pass messages through the wire's codec: slower, and no different", false)
    .option('--no-p2p', 'players without Prismesh')
    .option('--no-compare', 'leave out the run without Prismesh that figures are compared with')
    .option('--json <file>', 'write the result, with its time series')
    .option('--report <file>', 'write an HTML page with the result and charts')
    .addOption(
      new Option(
        '--shape <name>',
        `as bench:swarm has it, which options given beside it override: ${simShapes.map(({ name }) => name).join(', ')}`,
      ).argParser(swarmShape),
    )
    .addOption(
      new Option(
        '--scenario <name>',
        'a scenario, or "all"; of the options above it takes the seed',
      ).argParser(scenario),
    )
    .option('--short', 'scenarios as `npm test` has them', false)
}

function numberFrom(least: number, most: number) {
  return (text: string): number => {
    const value = Number(text)
    if (text.trim() !== '' && value >= least && value <= most) return value
    throw new InvalidArgumentError(`It is a number from ${least} to ${most}.`)
  }
}

function integerFrom(least: number, most: number) {
  const read = numberFrom(least, most)
  return (text: string): number => {
    const value = read(text)
    if (Number.isInteger(value)) return value
    throw new InvalidArgumentError('It is a whole number.')
  }
}

function share(text: string): number {
  return numberFrom(0, 1)(text)
}

function scenario(name: string): readonly Scenario[] {
  if (name === 'all') return allScenarios
  const found = allScenarios.filter((one) => one.name === name)
  if (found.length > 0) return found
  throw new InvalidArgumentError(`There are: all, ${allScenarios.map((one) => one.name).join(', ')}.`)
}

function swarmShape(name: string): SwarmShape {
  const found = simShapes.find((shape) => shape.name === name)
  if (found !== undefined) return found
  throw new InvalidArgumentError(`There are: ${simShapes.map((shape) => shape.name).join(', ')}.`)
}

function trouble(text: string, before: readonly Trouble[] = []): readonly Trouble[] {
  const read = readTrouble(text)
  if (read !== undefined) return [...before, read]
  throw new InvalidArgumentError(`It is ${troubleSyntax}, such as cdn-slow:30:20:0.1 or tracker-down:30:60.`)
}

function tune(text: string, before: TuningChange = {}): TuningChange {
  const read = readTuning(text)
  if (read !== undefined) return { ...before, ...read }
  throw new InvalidArgumentError('It is a name of tuning.ts and a number, such as claimRunMs=200.')
}

function uplinkMix(text: string): UplinkMix {
  const mix = readUplinkMix(text)
  if (mix !== undefined) return mix
  throw new InvalidArgumentError(
    'It is "homes", "unlimited", or a list of Mbit/s, each over 0 and at most 1000.',
  )
}
