import { isUtf8 } from 'node:buffer'
import type { Logger } from 'pino'
import type { RawData } from 'ws'
import type { ConnectionId } from '../../core/tracker-input.js'
import type { MemberSocket, SocketEvents } from '../member-socket.js'
import type { WebtorrentCore } from '../../webtorrent/webtorrent-core.js'
import type { WebtorrentInput } from '../../webtorrent/webtorrent-input.js'
import type { WebtorrentOutput } from '../../webtorrent/webtorrent-output.js'
import type { ClientSocket } from './client-socket.js'

/** Close codes of RFC 6455: what is no text, and a bug on our side. */
const invalidTextCode = 1007
const internalErrorCode = 1011

/** Bytes that may wait for a slow reader: forty offers. What else there is for it has no value when it is late. */
const waitingBytesMax = 65_536

/**
 * Feeds the WebTorrent core with what happens on sockets and the clock, and carries out what it orders. Owns the only
 * timer of the core and the sockets it speaks through.
 */
export class WebtorrentDriver implements SocketEvents {
  private readonly openSockets = new Map<ConnectionId, ClientSocket>()
  private connectionsMade = 0
  /** Whose message is being carried out. */
  private speaker: ClientSocket | undefined
  private wakeTimer: NodeJS.Timeout | undefined
  private wakeTimerAt = Infinity
  private onEmpty: (() => void) | undefined

  constructor(
    private readonly core: Pick<WebtorrentCore, 'step' | 'wakeAt'>,
    private readonly clock: () => number,
    private readonly log: Logger,
  ) {}

  get sockets(): ReadonlyMap<ConnectionId, ClientSocket> {
    return this.openSockets
  }

  /** `client` names the network that it comes from. */
  opened(socket: ClientSocket, client: string): void {
    this.connectionsMade += 1
    const connection = this.connectionsMade as ConnectionId
    socket.attach(connection, this)
    this.openSockets.set(connection, socket)
    this.handle({ kind: 'connection-opened', connection, client })
  }

  messageReceived(socket: MemberSocket, data: RawData, isBinary: boolean): void {
    // One buffer, as the default `binaryType` of `ws` says. It has checked that text is UTF-8. Some clients send binary
    // frames; what would be no text for those it is passed on to ends here.
    const bytes = data as Buffer
    if (isBinary && !isUtf8(bytes)) return socket.close(invalidTextCode)
    this.speaker = socket as ClientSocket
    this.handle({
      kind: 'message-received',
      connection: socket.connectionId,
      text: bytes.toString('latin1'),
    })
  }

  closed({ connectionId: connection }: MemberSocket): void {
    this.openSockets.delete(connection)
    this.handle({ kind: 'connection-closed', connection })
    if (this.openSockets.size === 0) this.onEmpty?.()
  }

  /** Sends everyone away, and resolves when all sockets are closed and no timer is left. */
  async stop(): Promise<void> {
    this.handle({ kind: 'stop-requested' })
    await new Promise<void>((resolve) => {
      this.onEmpty = resolve
      if (this.openSockets.size === 0) resolve()
    })
    clearTimeout(this.wakeTimer)
  }

  private handle(input: WebtorrentInput): void {
    try {
      for (const output of this.core.step(this.clock(), input)) this.carryOut(output)
    } catch (error) {
      // A bug of ours ends the connection that met it, not the tracker.
      this.log.error({ err: error, input: input.kind }, 'bug: the WebTorrent core threw')
      if ('connection' in input) this.openSockets.get(input.connection)?.close(internalErrorCode)
    }
    this.scheduleWake()
  }

  private carryOut(output: WebtorrentOutput): void {
    const { speaker } = this
    // Most of what is said is an answer.
    const isAnswer = speaker?.connectionId === output.connection
    const socket = isAnswer ? speaker : this.openSockets.get(output.connection)
    if (!socket) return
    if (output.kind === 'close') {
      this.log.debug({ reason: output.reason }, 'WebTorrent connection closed')
      socket.close(output.code, output.reason)
    } else if (socket.waitingBytes + output.frame.length <= waitingBytesMax) {
      socket.sendFrameText(output.frame)
    }
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
