import type { Socket, SocketConnector, SocketListener } from '../../../client-sdk/src/transport/socket.js'
import { encodeTrackerMessage, type TrackerReply } from '../../../protocol/tracker-messages.js'

/** A socket whose other end is the test. */
export class FakeSocket implements Socket {
  readonly sentTexts: string[] = []
  state: 'connecting' | 'open' | 'closed' = 'connecting'

  constructor(
    readonly url: string,
    private readonly listener: SocketListener,
    readonly protocols: readonly string[] = [],
  ) {}

  /** What was sent, as JSON. */
  get sent(): Record<string, unknown>[] {
    return this.sentTexts.map((text) => JSON.parse(text) as Record<string, unknown>)
  }

  /** Does nothing if it was closed meanwhile. */
  open(): void {
    if (this.state !== 'connecting') return
    this.state = 'open'
    this.listener.opened()
  }

  reply(reply: TrackerReply): void {
    this.receive(encodeTrackerMessage(reply))
  }

  receive(text: string): void {
    if (this.state === 'open') this.listener.received(text)
  }

  /** The network or the other end closes it. */
  drop(): void {
    if (this.state === 'closed') return
    this.state = 'closed'
    this.listener.closed()
  }

  send(text: string): void {
    if (this.state === 'open') this.sentTexts.push(text)
  }

  close(): void {
    this.state = 'closed'
  }
}

/** Makes fake sockets and keeps them. */
export class FakeSockets implements SocketConnector {
  readonly made: FakeSocket[] = []

  connect(url: string, listener: SocketListener, protocols?: readonly string[]): Socket {
    const socket = new FakeSocket(url, listener, protocols)
    this.made.push(socket)
    return socket
  }

  get last(): FakeSocket {
    const socket = this.made.at(-1)
    if (!socket) throw new Error('no socket was made')
    return socket
  }
}
