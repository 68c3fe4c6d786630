import process from 'node:process'
import { checkRun } from './checks.js'
import { Distribution } from './distribution.js'
import { unevenness } from './evenness.js'
import { takeSample, type Sample } from './sample.js'
import type { SimOptions } from './sim-options.js'
import { Simulation, warmUpMs } from './simulation.js'
import { withTuning } from './with-tuning.js'

const sampleMs = 1000

/** What a run showed. Shares are 0 to 1, times in ms. Where it says so, of the part after the arrivals alone. */
export interface RunResult {
  readonly options: SimOptions
  /** The same for the same options and the same code. */
  readonly trace: string
  /** After the arrivals: bytes sent by the CDN, over those of the stream, for each cell. */
  readonly copiesPerCell: number
  /** After the arrivals. */
  readonly offload: number
  /** `offload` over the least of what one copy for each cell and what the uplinks allow. */
  readonly efficiency: number
  readonly stalls: number
  readonly stalledMs: number
  readonly viewersStalled: number
  readonly skipped: number
  readonly startUpMedianMs: number
  readonly latencyMs: number
  /** After the arrivals, from a segment's birth to its last byte, with Prismesh or without. */
  readonly completeMedianMs: number
  readonly completeP99Ms: number
  /** After the arrivals: the same as share of the time there was until playback reached it. */
  readonly completeP99Share: number
  readonly rescues: number
  /** After the arrivals: bytes that came twice over bytes delivered. */
  readonly duplicates: number
  readonly unevenness: number | undefined
  readonly uplinkQueueP99Ms: number
  readonly linksPerViewer: number
  readonly cells: number
  /** Broken rules, in words; empty for a good run. */
  readonly problems: readonly string[]
  readonly series: readonly Sample[]
  readonly cpuMs: number
  readonly virtualMs: number
  readonly memoryBytes: number
}

/** Runs once from beginning to end. */
export function run(options: SimOptions, progress: (elapsedMs: number) => void = () => {}): RunResult {
  return withTuning(options.tuning, () => measure(options, progress))
}

function measure(options: SimOptions, progress: (elapsedMs: number) => void): RunResult {
  const cpuAtStart = process.cpuUsage()
  const simulation = new Simulation(options)
  const measuredFromMs = Math.min(options.arrivalMs + warmUpMs, options.runMs / 2)
  const completeMs = new Distribution()
  const completeShare = new Distribution()
  let deliveredBytes = 0
  simulation.delivered = (watcher, { sequence, at, bornAt, leadMs }) => {
    const { stream, clock } = simulation.world
    deliveredBytes += simulation.segmentBytes(stream.url(watcher.player.rendition, sequence))
    clock.trace.add(sequence)
    if (bornAt < simulation.opensAt + measuredFromMs || watcher.person.fault === 'lying') return
    completeMs.add(at - bornAt)
    completeShare.add((at - bornAt) / Math.max(1, at - bornAt + leadMs))
  }
  const series: Sample[] = []
  for (let atMs = sampleMs; atMs <= options.runMs; atMs += sampleMs) {
    simulation.runTo(atMs)
    series.push(takeSample(simulation, deliveredBytes))
    progress(atMs)
  }
  const memoryBytes = process.memoryUsage.rss()
  const last = lastOf(series)
  const first = series.find(({ atMs }) => atMs >= measuredFromMs) ?? last
  const uneven = unevenness(simulation.watchers)
  const virtualMs = options.runMs
  const problems = checkRun(simulation)
  const { user, system } = process.cpuUsage(cpuAtStart)
  return {
    options,
    trace: simulation.world.clock.trace.digest(),
    ...trafficBetween(first, last),
    ...playbackOf(simulation),
    latencyMs: last.latencyMs,
    completeMedianMs: completeMs.quantile(0.5),
    completeP99Ms: completeMs.quantile(0.99),
    completeP99Share: completeShare.quantile(0.99),
    rescues: last.rescues,
    unevenness: uneven,
    linksPerViewer: (2 * last.links) / Math.max(1, last.viewers),
    cells: last.cells,
    problems,
    series,
    cpuMs: (user + system) / 1000,
    virtualMs,
    memoryBytes,
  }
}

function trafficBetween(first: Sample, last: Sample) {
  const cdn = last.cdnBytes - first.cdnBytes
  const delivered = last.deliveredBytes - first.deliveredBytes
  const offload = delivered === 0 ? 0 : 1 - cdn / delivered
  const bytesPerViewer = (last.demand / Math.max(1, last.viewers)) * ((last.atMs - first.atMs) / 1000)
  const cellMembers = last.viewers / last.cells
  const possible = Math.min(1 - 1 / Math.max(2, cellMembers), last.usableUplink / last.demand)
  return {
    copiesPerCell: cdn / bytesPerViewer / last.cells,
    offload,
    efficiency: offload / possible,
    duplicates: (last.wastedBytes - first.wastedBytes) / Math.max(1, delivered),
  }
}

function playbackOf({ everyone }: Simulation) {
  const startUp = new Distribution()
  const queue = new Distribution()
  let stalls = 0
  let stalledMs = 0
  let skipped = 0
  let viewersStalled = 0
  for (const { player, person, uplinkQueueMsMax } of everyone) {
    queue.add(uplinkQueueMsMax)
    if (person.fault === 'lying') continue
    if (player.startUpMs !== undefined) startUp.add(player.startUpMs)
    stalls += player.stalls
    stalledMs += player.stalledMs
    skipped += player.skipped
    if (player.stalls > 0) viewersStalled += 1
  }
  return {
    stalls,
    stalledMs,
    viewersStalled,
    skipped,
    startUpMedianMs: startUp.quantile(0.5),
    uplinkQueueP99Ms: queue.quantile(0.99),
  }
}

function lastOf(series: readonly Sample[]): Sample {
  const last = series.at(-1)
  if (last === undefined) throw new Error('a run lasts a second at least')
  return last
}
