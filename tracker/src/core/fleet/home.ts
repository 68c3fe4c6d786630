import type { ProcessId, StreamKey } from '../../../../protocol/fleet-messages.js'
import { rendezvousScore } from '../../../../protocol/rendezvous.js'

/** A process that has members of the stream in question, and could have all of them. */
export interface HomeCandidate {
  readonly id: ProcessId
  /** Its members of the stream are too many to be sent elsewhere. */
  readonly big: boolean
}

/**
 * Where the members of a stream come together. Where there are many of them already; otherwise the first by
 * rendezvous hashing, which does not depend on counts that change while they are told: two processes that each think
 * that the other one is home would swap their members for ever.
 */
export function homeOf<Candidate extends HomeCandidate>(
  stream: StreamKey,
  candidates: Iterable<Candidate>,
): Candidate | undefined {
  let best: Candidate | undefined
  for (const candidate of candidates) {
    if (best === undefined || isBetter(candidate, best, stream)) best = candidate
  }
  return best
}

function isBetter(one: HomeCandidate, other: HomeCandidate, stream: StreamKey): boolean {
  if (one.big !== other.big) return one.big
  const [score, otherScore] = [rendezvousScore(one.id, stream), rendezvousScore(other.id, stream)]
  return score === otherScore ? one.id < other.id : score < otherScore
}
