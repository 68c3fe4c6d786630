/** Hears a socket: `opened` at most once, any number of `received` after it, then `closed`, once. */
export interface SocketListener {
  opened(): void
  /** One text message. Anything else the other side may send arrives as an empty text. */
  received(text: string): void
  /** Also when the address is bad, or a policy of the page forbids it. */
  closed(): void
}

/** A connection that carries texts. */
export interface Socket {
  /** Does nothing unless the socket is open. */
  send(text: string): void
  /** Idempotent. The listener hears nothing more. */
  close(): void
}

/** Makes sockets. Never throws; the listener is called after `connect` has returned. */
export interface SocketConnector {
  /** `protocols` are offered as subprotocols; none by default. */
  connect(url: string, listener: SocketListener, protocols?: readonly string[]): Socket
}
