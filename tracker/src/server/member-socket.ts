import type { Duplex } from 'node:stream'
import { WebSocket, type RawData } from 'ws'
import type { ConnectionId } from '../core/tracker-input.js'

/** Who hears of what happens on a socket. */
export interface SocketEvents {
  messageReceived(socket: MemberSocket, data: RawData, isBinary: boolean): void
  closed(socket: MemberSocket): void
}

/** A ping without a payload (RFC 6455, section 5.5.2). */
const pingFrame = Buffer.of(0x89, 0)

/**
 * A member's WebSocket with the little the server keeps of it. The state is on the socket and there are no
 * listeners, because closures per socket cost 1.3 KB each (measured with 10,000 connections).
 */
export class MemberSocket extends WebSocket {
  connectionId = 0 as ConnectionId
  /** Heartbeat rounds since anything was heard. */
  silentRounds = 0
  events: SocketEvents | undefined
  protected stream: Duplex | undefined
  private isHeld = false
  private isFlushDue = false

  /** What it speaks through, which the upgrade knows and `ws` keeps to itself. */
  speakThrough(stream: Duplex): void {
    this.stream = stream
  }

  /** Called once, when the socket is open. */
  attach(connectionId: ConnectionId, events: SocketEvents): void {
    this.connectionId = connectionId
    this.events = events
  }

  /**
   * Pings, past `ws`, whose own way leaves 1.5 KB for the collector each time: too much with 20,000 silent members. What is
   * held back goes out with it, or the ping would wait as long.
   */
  askForLife(): void {
    if (!this.stream) return this.ping()
    this.stream.write(pingFrame)
    this.flush()
  }

  /** It has sent something. */
  livesOn(): void {
    this.silentRounds = 0
  }

  /** A message that did not go through `ws`. It is UTF-8. */
  textReceived(text: Buffer): void {
    this.received(text, false)
  }

  private received(data: RawData, isBinary: boolean): void {
    this.livesOn()
    this.events?.messageReceived(this, data, isBinary)
  }

  /**
   * Takes what `ws` tells of straight to {@link SocketEvents}: the table of listeners that an emitter keeps costs 300
   * bytes for each socket.
   */
  override emit(event: string | symbol, ...args: unknown[]): boolean {
    switch (event) {
      case 'message':
        this.received(args[0] as RawData, args[1] as boolean)
        return true
      case 'pong':
        this.livesOn()
        return true
      case 'close':
        this.events?.closed(this)
        return true
      case 'error':
        // `ws` closes the socket itself after an error; without a listener the process would end.
        return true
      default:
        return super.emit(event, ...args)
    }
  }

  /**
   * Takes a frame made before, which goes out with the next `flush`. It goes past `ws`, which has nothing of its own under
   * way: without compression it writes what it sends (pongs, the close) at once, and so in order. `bufferedAmount` counts
   * it. Says which flush is wanted for it, if none is ahead: one in this turn of the event loop, or, for what is patient, one
   * later.
   */
  sendFrame(frame: Buffer, isPatient: boolean): 'now' | 'later' | undefined {
    const { stream } = this
    if (this.readyState !== WebSocket.OPEN || !stream) return undefined
    const isFirst = !this.isHeld
    if (isFirst) stream.cork()
    this.isHeld = true
    stream.write(frame)
    if (isPatient) return isFirst ? 'later' : undefined
    if (this.isFlushDue) return undefined
    this.isFlushDue = true
    return 'now'
  }

  /** Writes what is held back to the system. */
  flush(): void {
    if (this.isHeld) this.stream?.uncork()
    this.isHeld = false
    this.isFlushDue = false
  }
}
