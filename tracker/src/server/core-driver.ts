import type { Logger } from 'pino'
import type { RawData } from 'ws'
import type { StreamId } from '../../../protocol/ids.js'
import type { StreamPolicy } from '../../../protocol/stream-policy.js'
import type { BanSubject } from '../core/bans.js'
import type { SignedPlaylistEdge } from '../../../protocol/playlist-edge.js'
import type { WitnessedDigest } from '../core/digest-board.js'
import type { Grant } from '../core/grant.js'
import type { Place } from '../core/place.js'
import { DueQueue } from '../core/due-queue.js'
import type { TrackerCore } from '../core/tracker-core.js'
import type { ConnectionId, TrackerInput } from '../core/tracker-input.js'
import type { TrackerOutput } from '../core/tracker-output.js'
import type { MemberSocket, SocketEvents } from './member-socket.js'
import { textFrame } from './text-frame.js'

/**
 * For how long what is patient waits for something to go out with: those who are introduced hear of it with the first
 * offer, which members send after collecting candidates for 100 ms.
 */
const patienceMs = 200
/** How often those are looked for who have waited long enough. */
const patienceStepMs = 20

/** A bug on our side (RFC 6455). */
const internalErrorCode = 1011

/** How a text is sent. */
interface Manner {
  readonly disposable?: boolean
  readonly patient?: boolean
}

/**
 * Feeds the core with what happens on sockets and the clock, and carries out what it orders. Owns the only timer
 * of the core and the sockets it speaks through.
 */
export class CoreDriver implements SocketEvents {
  private readonly openSockets = new Map<ConnectionId, MemberSocket>()
  /** Since the start, for the operator. */
  readonly counts = { messagesReceived: 0, messagesSent: 0, bytesSent: 0, slowReadersShed: 0, bugs: 0 }
  private connectionsMade = 0
  private wakeTimer: NodeJS.Timeout | undefined
  private wakeTimerAt = Infinity
  private held: MemberSocket[] = []
  private readonly patient = new DueQueue<MemberSocket>(patienceMs)
  private patientTimer: NodeJS.Timeout | undefined
  /** Takes the core's own bans to whom they concern, too. */
  onBanned: (subject: BanSubject, forMs: number) => void = () => {}
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
  opened(socket: MemberSocket, client: string, grant: Grant, place: Place): void {
    this.connectionsMade += 1
    const connection = this.connectionsMade as ConnectionId
    socket.attach(connection, this)
    this.openSockets.set(connection, socket)
    this.handle({ kind: 'connection-opened', connection, client, grant, place })
  }

  /** The witness has seen new segments. */
  digestsMade(stream: StreamId, digests: readonly WitnessedDigest[]): void {
    this.handle({ kind: 'digests-made', stream, digests })
  }

  /** The witness has seen a playlist advance. */
  edgeMade(stream: StreamId, edge: SignedPlaylistEdge): void {
    this.handle({ kind: 'playlist-edge-made', stream, edge })
  }

  messageReceived({ connectionId: connection }: MemberSocket, data: RawData, isBinary: boolean): void {
    this.counts.messagesReceived += 1
    if (isBinary) this.handle({ kind: 'binary-received', connection })
    else this.handle({ kind: 'message-received', connection, text: textOf(data) })
  }

  closed(socket: MemberSocket): void {
    const { connectionId: connection } = socket
    this.openSockets.delete(connection)
    this.patient.cancel(socket)
    this.handle({ kind: 'connection-closed', connection })
    if (this.openSockets.size === 0) this.onEmpty?.()
  }

  /** The operator, here or elsewhere, decided what holds for a stream. */
  setPolicy(stream: StreamId, policy: StreamPolicy): void {
    this.handle({ kind: 'policy-set', stream, policy })
  }

  /** Tells everyone to come back later, and resolves when all sockets are closed and no timer is left. */
  async stop(): Promise<void> {
    this.handle({ kind: 'stop-requested' })
    await new Promise<void>((resolve) => {
      this.onEmpty = resolve
      if (this.openSockets.size === 0) resolve()
    })
    clearTimeout(this.wakeTimer)
    clearTimeout(this.patientTimer)
  }

  /** Hands on a fact that comes from no socket. */
  tell(input: TrackerInput): void {
    this.handle(input)
  }

  private handle(input: TrackerInput): void {
    try {
      for (const output of this.core.step(this.clock(), input)) this.carryOut(output)
    } catch (error) {
      // A bug of ours ends the connection that met it, not the tracker.
      this.counts.bugs += 1
      this.log.error({ err: error, input: input.kind }, 'bug: the tracker core threw')
      if ('connection' in input) this.openSockets.get(input.connection)?.close(internalErrorCode)
    }
    this.scheduleWake()
  }

  private carryOut(output: TrackerOutput): void {
    if (output.kind === 'banned') {
      this.log.info({ subject: output.subject, forMs: output.forMs }, 'banned for lies')
      this.onBanned(output.subject, output.forMs)
      return
    }
    if (output.kind === 'close') {
      this.log.debug({ connection: output.connection, reason: output.reason }, 'connection closed')
      const socket = this.openSockets.get(output.connection)
      socket?.flush()
      socket?.close(output.code, output.reason)
      return
    }
    const frame = textFrame(output.text)
    for (const connection of output.connections) {
      const socket = this.openSockets.get(connection)
      if (socket) this.send(socket, frame, output)
    }
  }

  /**
   * Rosters are deltas, so none may be left out: who does not read is shed, and joins anew if it can. Signals are left out
   * before it comes to that, so that nobody loses its place because others signal to it faster than it reads.
   */
  private send(socket: MemberSocket, frame: Buffer, { disposable = false, patient = false }: Manner): void {
    // What is held back is not yet what the other end fails to read.
    if (this.isTooMuch(socket, frame, disposable)) socket.flush()
    if (this.isTooMuch(socket, frame, disposable)) {
      if (disposable) return
      this.counts.slowReadersShed += 1
      this.log.debug({ connection: socket.connectionId }, 'slow reader shed')
      socket.terminate()
      return
    }
    this.counts.messagesSent += 1
    this.counts.bytesSent += frame.length
    const wanted = socket.sendFrame(frame, patient)
    if (wanted === 'later') {
      this.patient.add(this.clock(), socket)
      this.patientTimer ??= setTimeout(this.flushPatient, patienceMs)
    } else if (wanted === 'now') {
      this.held.push(socket)
      if (this.held.length === 1) setImmediate(this.flushHeld)
    }
  }

  private isTooMuch({ bufferedAmount }: MemberSocket, frame: Buffer, disposable: boolean): boolean {
    if (bufferedAmount + frame.length > this.bufferedBytesMax) return true
    return disposable && bufferedAmount > this.bufferedBytesMax / 2
  }

  /**
   * What one turn of the event loop has for a socket goes out in one write: a write costs more than all that goes before
   * it, and a joiner's eight answers tend to come together.
   */
  private readonly flushHeld = (): void => {
    const { held } = this
    this.held = []
    for (const socket of held) {
      this.patient.cancel(socket)
      socket.flush()
    }
  }

  private readonly flushPatient = (): void => {
    for (const socket of this.patient.takeDue(this.clock())) socket.flush()
    this.patientTimer = this.patient.size > 0 ? setTimeout(this.flushPatient, patienceStepMs) : undefined
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
