import type { ProcessId } from '../../../../protocol/fleet-messages.js'
import { rendezvousRank, rendezvousScore } from '../../../../protocol/rendezvous.js'

/**
 * How long a segment is left to the process that witnessed the one before: it may see the playlist a poll later, has to fetch
 * the segment, and its word comes through the broker.
 */
const patienceMs = 1500
/** Between those who then take over, so that it is one of them, and the longest for the last of many. */
const stepMs = 200
const ranksMax = 10
/** After so long nobody's word counts any more: the stream has paused, or begun to count anew. */
const staleMs = 20_000

interface Last {
  readonly witness: ProcessId
  readonly sequence: number
  readonly at: number
}

/**
 * Which process of a fleet fetches a rendition's segments. Nobody is elected: who witnessed the newest segment goes on, and
 * the others wait a while for its word before they fetch for themselves. Where several witnessed the same segment, the best of
 * them by rendezvous hashing goes on; so all who heard the same agree, in whatever order they heard it. A process that is gone
 * is waited for once, and one that cannot be reached not at all.
 */
export class WitnessTurns {
  private readonly last = new Map<string, Last>()

  constructor(
    private readonly self: ProcessId,
    /** Renditions that are remembered; of more, the one that was heard of first is forgotten. */
    private readonly renditionsMax: number,
  ) {}

  /** A process, perhaps this one, has witnessed a segment. `rendition` names it among all streams. */
  witnessed(now: number, rendition: string, sequence: number, witness: ProcessId): void {
    const before = this.last.get(rendition)
    if (before && now - before.at < staleMs) {
      if (sequence < before.sequence) return
      if (sequence === before.sequence && !isBetter(witness, before.witness, rendition)) return
    }
    this.last.delete(rendition)
    this.last.set(rendition, { witness, sequence, at: now })
    if (this.last.size > this.renditionsMax)
      for (const oldest of this.last.keys()) return void this.last.delete(oldest)
  }

  /** How long the rendition's next segment is left to another process; `reachable` are those that are alive. */
  waitMs(now: number, rendition: string, reachable: readonly ProcessId[]): number {
    const last = this.last.get(rendition)
    if (!last || last.witness === this.self || now - last.at >= staleMs) return 0
    const others = reachable.filter((process) => process !== last.witness)
    const turnMs = Math.min(rendezvousRank(this.self, others, rendition), ranksMax) * stepMs
    return others.length < reachable.length ? patienceMs + turnMs : turnMs
  }
}

function isBetter(one: ProcessId, other: ProcessId, rendition: string): boolean {
  const [first, second] = [rendezvousScore(one, rendition), rendezvousScore(other, rendition)]
  return first < second || (first === second && one < other)
}
