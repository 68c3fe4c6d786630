import type { EngineContext } from './context.js'
import type { Neighbour } from './neighbour.js'
import { tuning } from './tuning.js'

/**
 * How much of a segment this member had to rescue lately: what neighbours will hardly bring of the next one either.
 * A member that gives had better fetch that much early, since what comes with a rescue comes too late to be handed on.
 * So a cell that is short of blocks gets more of them while there is time to spread them; in one that is not, the share is 0.
 *
 * Neighbours are told: not everyone reaches everyone, so one member goes short of what another one gets from many, and whoever gives
 * to both gives to the first first.
 */
export class Shortage {
  private smoothed = 0
  private told = 0

  constructor(private readonly context: Pick<EngineContext, 'send' | 'sendToGivers'>) {}

  /** Share of a segment, 0 to 1. Less than is worth a request counts as none. */
  get share(): number {
    return this.smoothed < tuning.restockShareMin ? 0 : this.smoothed
  }

  /** A segment is whole, of which this share was rescued. */
  segmentCame(rescuedShare: number): void {
    const grown = this.smoothed + tuning.restockGain * rescuedShare
    const decay = rescuedShare > 0 ? tuning.restockDecayShort : tuning.restockDecay
    this.smoothed = Math.min(1, grown * (1 - decay))
    const tenths = Math.round(10 * this.smoothed)
    if (tenths === this.told) return
    this.told = tenths
    this.context.sendToGivers({ kind: 'shortage', tenths })
  }

  /** A neighbour has just linked. */
  greet({ link }: Neighbour): void {
    if (this.told > 0) this.context.send(link, { kind: 'shortage', tenths: this.told })
  }
}
