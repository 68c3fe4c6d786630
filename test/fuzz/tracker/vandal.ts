import type { FuzzRandom } from './fuzz-random.js'

export interface FuzzContext {
  readonly host: string
  readonly port: number
  readonly random: FuzzRandom
  /** An address of loopback that the connection comes from. */
  readonly from: string
  /** Ids that others in the tracker have, and streams that they are in. */
  readonly members: readonly string[]
  readonly streams: readonly string[]
  /** Paths at which a WebSocket may be opened. */
  readonly webSocketPaths: readonly string[]
  readonly operatorToken: string
  /** A moment, in which answers may come. */
  pause(): Promise<void>
  /** Called for each thing sent, so that a run can say how much it did. */
  count(things?: number): void
}

/** One visit of somebody who means no good. What it opens, it may leave open. */
export type Vandal = (context: FuzzContext) => Promise<void>
