import type { Random } from '../../client-sdk/src/ports/random.js'
import type { Socket, SocketConnector, SocketListener } from '../../client-sdk/src/transport/socket.js'
import type { MemberId, SwarmId } from '../../protocol/ids.js'
import { openGrant } from '../../tracker/src/core/grant.js'
import { TrackerCore } from '../../tracker/src/core/tracker-core.js'
import type { ConnectionId, TrackerInput } from '../../tracker/src/core/tracker-input.js'
import type { TrackerKeys } from '../../tracker/src/core/tracker-settings.js'
import type { TrackerStats } from '../../tracker/src/core/tracker-stats.js'
import type { Actor } from '../support/swarm/timer-group.js'
import type { VirtualClock } from '../support/swarm/virtual-clock.js'
import { unlimitedSettings } from '../support/tracker/unlimited-settings.js'
import type { PathProfile } from './path-profile.js'

/** Keys that anybody could compute: nobody in here tries. */
const keys: TrackerKeys = {
  swarmIdOf: (stream) => stream.length.toString(16).padStart(40, 'f') as SwarmId,
  resumeOf: (swarm, member) => `resume ${swarm} ${member}`,
}

/** A connection whose other end is gone answers no pings: two of them, 15 s apart. */
const unansweredMs = 30_000

interface CellMembers {
  readonly id: number
  readonly members: readonly MemberId[]
}

/** The shipping tracker core with sockets in virtual time. */
export class VirtualTracker implements SocketConnector {
  private core: TrackerCore
  private state: 'up' | 'down' = 'up'
  private readonly sockets = new Map<ConnectionId, VirtualSocket>()
  private connectionsMade = 0
  private cancelWake: () => void = () => {}
  private readonly actor: Actor

  constructor(
    private readonly clock: VirtualClock,
    private readonly random: Random,
    private readonly paths: PathProfile,
    private readonly cellMembersMax: number,
  ) {
    this.actor = clock.newActor(paths.trackerMs)
    this.core = this.newCore()
  }

  connect(_url: string, listener: SocketListener): VirtualSocket {
    this.connectionsMade += 1
    const id = this.connectionsMade as ConnectionId
    const socket = new VirtualSocket(this.clock, this.paths.trackerMs, listener, {
      actor: this.actor,
      said: (text) => this.tell({ kind: 'message-received', connection: id, text }),
      left: () => {
        if (this.sockets.delete(id)) this.tell({ kind: 'connection-closed', connection: id })
      },
    })
    this.clock.call(this.clock.now() + this.paths.handshakeMs, () => this.open(socket, id), this.actor)
    return socket
  }

  /** The process ends at this time, without a word, and at a later one there is another, which knows nothing of it. */
  fail(at: number, until: number): void {
    this.clock.call(at, () => this.stop(), this.actor)
    this.clock.call(until, () => this.restart(), this.actor)
  }

  private open(socket: VirtualSocket, id: ConnectionId): void {
    if (this.state === 'down') {
      socket.end()
      return
    }
    if (!socket.open()) return
    this.sockets.set(id, socket)
    this.tell({ kind: 'connection-opened', connection: id, client: String(id), grant: openGrant })
  }

  private stop(): void {
    this.state = 'down'
    this.cancelWake()
    const sockets = [...this.sockets.values()]
    this.sockets.clear()
    for (const socket of sockets) socket.end()
  }

  private restart(): void {
    this.state = 'up'
    this.core = this.newCore()
  }

  get stats(): TrackerStats {
    return this.core.stats(this.clock.now(), 1)
  }

  /** Who is in a cell with whom; nobody while the tracker is down. */
  get cells(): readonly CellMembers[] {
    if (this.state === 'down') return []
    return [...this.core.swarms.byStream.values()].flatMap(({ cells }) =>
      [...cells].map(({ id, members }) => ({ id, members: [...members.keys()] })),
    )
  }

  private newCore(): TrackerCore {
    const { cellMembersMax } = this
    return new TrackerCore({ ...unlimitedSettings, cellMembersMax }, keys, this.random)
  }

  private tell(input: TrackerInput): void {
    if (this.state === 'down') return
    for (const output of this.core.step(this.clock.now(), input)) {
      if (output.kind === 'send') {
        for (const connection of output.connections) this.sockets.get(connection)?.receive(output.text)
      } else if (output.kind === 'close') {
        const socket = this.sockets.get(output.connection)
        this.sockets.delete(output.connection)
        socket?.end()
      }
    }
    this.cancelWake()
    const at = this.core.wakeAt()
    if (at !== undefined)
      this.cancelWake = this.clock.wake(at, () => this.tell({ kind: 'time-passed' }), this.actor)
  }
}

/** A member's end of its WebSocket. */
export class VirtualSocket implements Socket {
  private state: 'connecting' | 'open' | 'closed' = 'connecting'
  private readonly actor: Actor

  constructor(
    private readonly clock: VirtualClock,
    /** One way to the tracker. */
    private readonly delayMs: number,
    private readonly listener: SocketListener,
    private readonly tracker: { readonly actor: Actor; said(text: string): void; left(): void },
  ) {
    this.actor = clock.actor
  }

  open(): boolean {
    if (this.state !== 'connecting') return false
    this.state = 'open'
    this.later(() => this.listener.opened())
    return true
  }

  receive(text: string): void {
    this.later(() => this.listener.received(text))
  }

  /** The tracker's end closed, or never opened. */
  end(): void {
    this.later(() => {
      this.state = 'closed'
      this.listener.closed()
    })
  }

  send(text: string): void {
    if (this.state !== 'open') return
    this.tellTracker(this.delayMs, () => this.tracker.said(text))
  }

  close(): void {
    if (this.state === 'closed') return
    this.state = 'closed'
    this.tellTracker(this.delayMs, () => this.tracker.left())
  }

  /** The member's end is gone without a word. */
  vanish(): void {
    this.state = 'closed'
    this.tellTracker(unansweredMs, () => this.tracker.left())
  }

  private tellTracker(afterMs: number, tell: () => void): void {
    this.clock.call(this.clock.now() + afterMs, tell, this.tracker.actor)
  }

  private later(act: () => void): void {
    const ifOpen = (): void => {
      if (this.state !== 'closed') act()
    }
    this.clock.call(this.clock.now() + this.delayMs, ifOpen, this.actor)
  }
}
