import type { SwarmId } from '../../../protocol/ids.js'
import { movesToldMax, moveSpreadMs, spillSpreadMs } from './bounds.js'
import type { Outbox } from './outbox.js'
import type { Swarm } from './swarm.js'
import type { ConnectionId } from './tracker-input.js'
import { closeCodes } from './tracker-output.js'
import type { Random } from './tracker-settings.js'

/** Tells the members of some swarms where to go, each at a time of its own. They leave by themselves. */
export function moveMembers(
  swarms: Iterable<Swarm>,
  homes: ReadonlyMap<SwarmId, string>,
  random: Random,
  outbox: Outbox,
): void {
  for (const swarm of swarms) {
    const url = homes.get(swarm.id)
    if (url === undefined) continue
    for (const member of swarm.members.values()) {
      if (member.movesTold >= movesToldMax) continue
      member.movesTold += 1
      outbox.send(member.connection, { kind: 'move', url, afterMs: Math.floor(random() * moveSpreadMs) })
    }
  }
}

/** Sends joiners for whom there is no room to where the fleet has some. */
export class MovesOnward {
  private urls: readonly string[] = []

  constructor(
    private readonly random: Random,
    private readonly outbox: Outbox,
  ) {}

  knowRoom(urls: readonly string[]): void {
    this.urls = urls
  }

  /** Sends a connection on and closes it; false when nobody is known to have room. */
  send(connection: ConnectionId): boolean {
    const url = this.urls[Math.floor(this.random() * this.urls.length)]
    if (url === undefined) return false
    const afterMs = Math.floor(this.random() * spillSpreadMs)
    this.outbox.send(connection, { kind: 'move', url, afterMs })
    this.outbox.close(connection, closeCodes.tryAgainLater, 'tracker-full')
    return true
  }
}
