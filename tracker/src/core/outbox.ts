import {
  encodeTrackerMessage,
  type TrackerErrorCode,
  type TrackerReply,
} from '../../../protocol/tracker-messages.js'
import type { BanSubject } from './bans.js'
import { errorTextMax } from './bounds.js'
import type { ConnectionId } from './tracker-input.js'
import type { TrackerOutput } from './tracker-output.js'

/** Collects the outputs of one step. */
export class Outbox {
  /** How often each error was told, since the start. */
  readonly errorCounts = new Map<TrackerErrorCode, number>()
  private outputs: TrackerOutput[] = []

  send(connection: ConnectionId, reply: TrackerReply): void {
    this.sendText([connection], encodeTrackerMessage(reply))
  }

  sendText(connections: readonly ConnectionId[], text: string): void {
    if (connections.length > 0) this.outputs.push({ kind: 'send', connections, text })
  }

  /** A text that nobody acts on before something else comes, such as the offer of those it introduces. */
  sendPatiently(connections: readonly ConnectionId[], text: string): void {
    if (connections.length > 0) this.outputs.push({ kind: 'send', connections, text, patient: true })
  }

  /** A text that is left out rather than kept waiting for long. */
  sendDisposable(connection: ConnectionId, text: string): void {
    this.outputs.push({ kind: 'send', connections: [connection], text, disposable: true })
  }

  /** With `retryAfterMs` the member learns that the connection ends; the caller closes it. */
  sendError(connection: ConnectionId, code: TrackerErrorCode, text: string, retryAfterMs?: number): void {
    this.errorCounts.set(code, (this.errorCounts.get(code) ?? 0) + 1)
    const error = { kind: 'error', code, message: text.slice(0, errorTextMax) } as const
    this.send(connection, retryAfterMs === undefined ? error : { ...error, retryAfterMs })
  }

  close(connection: ConnectionId, code: number, reason: string): void {
    this.outputs.push({ kind: 'close', connection, code, reason })
  }

  /** Whoever shares bans with other processes shall share this one. */
  banned(subject: BanSubject, forMs: number): void {
    this.outputs.push({ kind: 'banned', subject, forMs })
  }

  /** The outputs so far, which are the caller's from now on. */
  take(): TrackerOutput[] {
    const taken = this.outputs
    this.outputs = []
    return taken
  }
}
