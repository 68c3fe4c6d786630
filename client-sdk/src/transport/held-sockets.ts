import type { Socket, SocketConnector, SocketListener } from './socket.js'

/**
 * Sockets that connect and send as ever, and keep what they hear to themselves until `release`. To read a tracker's answer
 * takes the page's thread for a while, cold as the code is then, and the player's first frame would come that much later.
 */
export class HeldSockets implements SocketConnector {
  private waiting: (() => void)[] | undefined = []

  constructor(private readonly sockets: SocketConnector) {}

  connect(url: string, listener: SocketListener, protocols?: readonly string[]): Socket {
    let isClosed = false
    const hear = (event: () => void) => {
      if (!this.waiting) event()
      else this.waiting.push(() => isClosed || event())
    }
    const socket = this.sockets.connect(
      url,
      {
        opened: () => listener.opened(),
        received: (text) => hear(() => listener.received(text)),
        closed: () => hear(() => listener.closed()),
      },
      protocols,
    )
    return {
      send: (text) => socket.send(text),
      close: () => {
        isClosed = true
        socket.close()
      },
    }
  }

  /** From now on everything is heard at once, what waited first. */
  release(): void {
    const { waiting = [] } = this
    this.waiting = undefined
    for (const event of waiting) event()
  }
}
