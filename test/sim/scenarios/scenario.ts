import type { RunResult } from '../run.js'
import { defaultOptions, type SimOptions } from '../sim-options.js'

/** A situation that a swarm must come through, as data. */
export interface Scenario {
  readonly name: string
  /** What happens, in a sentence. */
  readonly about: string
  /** What differs from the default options, for `npm run sim:all`. */
  readonly long: Partial<SimOptions>
  /** What differs from `long`, so that `npm test` has it in seconds. */
  readonly short: Partial<SimOptions>
  /** Least offload after the arrivals, 0 to 1. Far below what is aimed at: it says that sharing works at all. */
  readonly offloadMin: number
}

export function scenarioOptions({ long, short }: Scenario, length: 'long' | 'short'): SimOptions {
  return { ...defaultOptions, ...long, ...(length === 'short' ? { ...short, codec: true } : {}) }
}

/** What is wrong with a run of a scenario beside the same run without Prismesh, in words. */
export function judge(scenario: Scenario, result: RunResult, plain: RunResult): string[] {
  const problems = [...result.problems]
  if (result.offload < scenario.offloadMin) {
    problems.push(`offload is ${result.offload.toFixed(3)}, at least ${scenario.offloadMin} was expected`)
  }
  const stalled = ({ viewersStalled, stalledMs }: RunResult): string =>
    `${viewersStalled} viewers stalled, for ${(stalledMs / 1000).toFixed(1)} s in all`
  // Not the number of stalls: without Prismesh, one that lasts through an outage is one, and is not better for it.
  if (result.viewersStalled > plain.viewersStalled || result.stalledMs > plain.stalledMs) {
    problems.push(`${stalled(result)}; without Prismesh ${stalled(plain)}`)
  }
  if (result.skipped > plain.skipped) {
    problems.push(
      `${result.skipped} segments skipped, where players without Prismesh skipped ${plain.skipped}`,
    )
  }
  const last = result.series.at(-1)
  if (last === undefined || last.playing < last.viewers * playingShareMin) {
    problems.push(`${last?.playing ?? 0} of ${last?.viewers ?? 0} viewers play at the end`)
  }
  return problems
}

/** Some have only just come, and liars play nothing. */
const playingShareMin = 0.8
