import type { DigestReader } from '../support/swarm/virtual-witness.js'
import type { Delivered } from '../support/swarm/virtual-viewer.js'
import type { Actor } from '../support/swarm/timer-group.js'
import type { VirtualPlayer } from '../support/swarm/virtual-player.js'
import type { EngineTotals } from '../../client-sdk/src/engine/ledger.js'
import type { Person } from './person.js'

/** Someone who watches, with Prismesh or without. */
export interface Watcher extends DigestReader {
  readonly person: Person
  /** Whose timers are its own. */
  readonly actor: Actor
  readonly player: VirtualPlayer
  /** What the member's engine counted; all zero without Prismesh. */
  readonly totals: EngineTotals
  readonly links: number
  /** Wrong segments, and bugs of ours. */
  readonly corrupt: number
  readonly faults: readonly unknown[]
  /** Longest time that a byte waited for the uplink. */
  readonly uplinkQueueMsMax: number
  /** Most bytes that ever waited for it. */
  readonly uplinkQueueBytesMax: number
  start(): void
  /** Begins to play another rendition. */
  switchTo(rendition: number): void
  leave(): void
}

/** Hears of each segment that came to a player. */
export type DeliveryListener = (
  watcher: Watcher,
  delivered: Pick<Delivered, 'sequence' | 'at' | 'bornAt' | 'leadMs'>,
) => void
