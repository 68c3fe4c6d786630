import { cdnPacePermilleMax } from '../../../protocol/limits.js'
import type { EngineContext } from './context.js'
import type { Neighbour } from './neighbour.js'
import { tuning } from './tuning.js'

/**
 * How fast the CDN is, between two of this member's own measurements: a member of a cell fetches seldom, and its player
 * is to choose a lower rendition as soon as the CDN slows down, not when the next turn has come. So members tell each other
 * how fast it is for them, in proportion to what it was: lines differ, and nobody needs to know another one's.
 *
 * News only ever lowers the estimate, since what a rescue could sustain is known from own measurements alone; and one
 * neighbour's word is not enough.
 */
export class CdnPace {
  /** What the tellings are in proportion to: this member's first measurement. */
  private reference: number | undefined
  private told: number | undefined
  private measurementsSeen = 0

  constructor(private readonly context: EngineContext) {}

  /** Bytes per second that the CDN would give this member now; undefined until it gave something. */
  get bytesPerSecond(): number | undefined {
    const { bytesPerSecond } = this.context.cdn
    return bytesPerSecond === undefined ? undefined : bytesPerSecond * this.share
  }

  /** Tells the neighbours of a new measurement, from which on their news counts. */
  settle(): void {
    const { cdn, neighbours } = this.context
    const { bytesPerSecond, measurements } = cdn
    if (measurements === this.measurementsSeen || bytesPerSecond === undefined) return
    this.measurementsSeen = measurements
    this.reference ??= bytesPerSecond
    this.told = permilleOf(bytesPerSecond / this.reference)
    for (const { cdnPace } of neighbours.values()) {
      cdnPace.before = cdnPace.since ?? cdnPace.before
      cdnPace.since = undefined
    }
    for (const neighbour of neighbours.values()) this.greet(neighbour)
  }

  /** A neighbour has just linked, or is to hear the news. */
  greet({ link }: Neighbour): void {
    if (this.told !== undefined) this.context.send(link, { kind: 'cdn-pace', permille: this.told })
  }

  /** What is left of the speed that this member saw last: of what neighbours tell, the middle, in doubt the higher. */
  private get share(): number {
    const ratios: number[] = []
    for (const { cdnPace } of this.context.neighbours.values()) {
      const { before, since } = cdnPace
      if (before !== undefined && since !== undefined) ratios.push(since / before)
    }
    if (ratios.length < tuning.cdnPaceWitnessesMin) return 1
    ratios.sort((a, b) => a - b)
    const middle = ratios[Math.floor(ratios.length / 2)] ?? 1
    return middle <= tuning.cdnPaceShareMax ? middle : 1
  }
}

function permilleOf(share: number): number {
  return Math.min(Math.max(Math.round(share * 1000), 1), cdnPacePermilleMax)
}
