import type { ResourceKind } from '../http/resource.js'
import { chooseFault, type Fault } from './fault-choice.js'
import { changeFaults, noFaults, type FaultChangeResult, type FaultSettings } from './fault-settings.js'
import { seededRandom, type Random } from './seeded-random.js'

/** Holds the fault settings in force, and the generator that chooses from them. */
export class FaultDesk {
  #settings: FaultSettings = noFaults
  #random: Random = seededRandom(noFaults.seed)

  get settings(): FaultSettings {
    return this.#settings
  }

  change(change: unknown): FaultChangeResult {
    const result = changeFaults(this.#settings, change)
    if (!result.ok) return result
    this.#settings = result.settings
    if (namesSeed(change)) this.#random = seededRandom(result.settings.seed)
    return result
  }

  choose(kind: ResourceKind): Fault {
    return chooseFault(this.#settings, kind, this.#random)
  }
}

function namesSeed(change: unknown): boolean {
  return typeof change === 'object' && change !== null && 'seed' in change
}
