import type { Logger } from 'pino'
import type { RawData } from 'ws'
import type { Grant } from '../core/grant.js'
import type { TrackerCore } from '../core/tracker-core.js'
import type { ConnectionId, TrackerInput } from '../core/tracker-input.js'
import type { TrackerOutput } from '../core/tracker-output.js'
import type { MemberSocket, SocketEvents } from './member-socket.js'

/** A bug on our side (RFC 6455). */
const internalErrorCode = 1011
const textFrame = { binary: false }

/**
 * Feeds the core with what happens on sockets and the clock, and carries out what it orders. Owns the only timer
 * of the core and the sockets it speaks through.
 */
export class CoreDriver implements SocketEvents {
  private readonly openSockets = new Map<ConnectionId, MemberSocket>()
  private connectionsMade = 0
  private wakeTimer: NodeJS.Timeout | undefined
  private wakeTimerAt = Infinity
  private onEmpty: (() => void) | undefined

  constructor(
    private readonly core: Pick<TrackerCore, 'step' | 'wakeAt'>,
    private readonly clock: () => number,
    private readonly bufferedBytesMax: number,
    private readonly log: Logger,
  ) {}

  get sockets(): ReadonlyMap<ConnectionId, MemberSocket> {
    return this.openSockets
  }

  /** `client` names the network that it comes from. */
  opened(socket: MemberSocket, client: string, grant: Grant): void {
    this.connectionsMade += 1
    const connection = this.connectionsMade as ConnectionId
    socket.attach(connection, this)
    this.openSockets.set(connection, socket)
    this.handle({ kind: 'connection-opened', connection, client, grant })
  }

  messageReceived({ connectionId: connection }: MemberSocket, data: RawData, isBinary: boolean): void {
    if (isBinary) this.handle({ kind: 'binary-received', connection })
    else this.handle({ kind: 'message-received', connection, text: textOf(data) })
  }

  closed({ connectionId: connection }: MemberSocket): void {
    this.openSockets.delete(connection)
    this.handle({ kind: 'connection-closed', connection })
    if (this.openSockets.size === 0) this.onEmpty?.()
  }

  /** Tells everyone to come back later, and resolves when all sockets are closed and no timer is left. */
  async stop(): Promise<void> {
    this.handle({ kind: 'stop-requested' })
    await new Promise<void>((resolve) => {
      this.onEmpty = resolve
      if (this.openSockets.size === 0) resolve()
    })
    clearTimeout(this.wakeTimer)
  }

  private handle(input: TrackerInput): void {
    try {
      for (const output of this.core.step(this.clock(), input)) this.carryOut(output)
    } catch (error) {
      // A bug of ours ends the connection that met it, not the tracker.
      this.log.error({ err: error, input: input.kind }, 'bug: the tracker core threw')
      if ('connection' in input) this.openSockets.get(input.connection)?.close(internalErrorCode)
    }
    this.scheduleWake()
  }

  private carryOut(output: TrackerOutput): void {
    if (output.kind === 'close') {
      this.log.debug({ connection: output.connection, reason: output.reason }, 'connection closed')
      this.openSockets.get(output.connection)?.close(output.code, output.reason)
      return
    }
    const data = Buffer.from(output.text)
    for (const connection of output.connections) {
      const socket = this.openSockets.get(connection)
      if (socket) this.send(socket, data)
    }
  }

  /** Rosters are deltas, so none may be left out: who does not read is shed, and joins anew if it can. */
  private send(socket: MemberSocket, data: Buffer): void {
    if (socket.bufferedAmount + data.length > this.bufferedBytesMax) {
      this.log.debug({ connection: socket.connectionId }, 'slow reader shed')
      socket.terminate()
      return
    }
    socket.send(data, textFrame, ignoreSendError)
  }

  /** A timer that is too early is left alone: it will find nothing due, and ask again. */
  private scheduleWake(): void {
    const wakeAt = this.core.wakeAt()
    if (wakeAt === undefined || wakeAt >= this.wakeTimerAt) return
    clearTimeout(this.wakeTimer)
    this.wakeTimerAt = wakeAt
    this.wakeTimer = setTimeout(
      () => {
        this.wakeTimerAt = Infinity
        this.handle({ kind: 'time-passed' })
      },
      Math.max(0, Math.ceil(wakeAt - this.clock())),
    )
  }
}

/** `ws` hands out one buffer, as its default `binaryType` says; the type covers the other settings too. */
function textOf(data: RawData): string {
  return (data as Buffer).toString('utf8')
}

/** A socket that breaks while it is written to also emits `close`, which is where it is handled. */
function ignoreSendError(): void {}
