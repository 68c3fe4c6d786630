import type { AwaitedAnswers } from './awaited-answers.js'
import type { ClientConnection } from './client-connection.js'
import type { Swarm } from './swarm.js'
import { idLiteral, type WireId } from './wire-id.js'

/** A connection's part in one swarm. It ends when the client says so, or with the connection. */
export class Peer {
  /** Its place in the swarm's list. */
  index = 0
  /** Whether it has everything, as far as it said: a seeder. */
  isComplete = false
  /** Made with the first offer that is passed on. */
  awaitedAnswers: AwaitedAnswers | undefined
  readonly idJson: string

  constructor(
    readonly id: WireId,
    readonly swarm: Swarm,
    readonly connection: ClientConnection,
  ) {
    this.idJson = idLiteral(id)
  }
}
