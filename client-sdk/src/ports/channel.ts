import type { Signal } from '../../../protocol/tracker-messages.js'

/** Hears what happens on an open channel: any number of `received` and `drained`, then `closed`, once. */
export interface ChannelListener {
  /** A piece of the byte stream, cut anywhere. The listener may keep `bytes`. */
  received(bytes: Uint8Array): void
  /** The send buffer fell to the low watermark after it had passed the high one. */
  drained(): void
  closed(): void
}

/** An open, ordered, reliable way for bytes to one neighbour: a WebRTC data channel, or a pair of queues in tests. */
export interface Channel {
  /** Bytes accepted by `send` and not yet handed to the network. */
  readonly bufferedBytes: number
  /** How long a packet takes to the other side and back, in ms, as measured lately. Absent where nobody measures. */
  readonly roundTripMs?: number | undefined
  /** Sends before `closed`, in order; after it, does nothing. */
  send(bytes: Uint8Array): void
  /** Hears everything that arrived since the channel opened; called once. */
  listen(listener: ChannelListener): void
  /** Idempotent. The other side hears `closed`. */
  close(): void
}

/** Hears how a connection comes about: any number of `signal`, then `opened` or `failed`, once. */
export interface ConnectListener {
  /** Must reach the other side's {@link PendingChannel.accept}, in order. */
  signal(signal: Signal): void
  opened(channel: Channel): void
  failed(): void
}

/** A connection being made. */
export interface PendingChannel {
  /** A signal from the other side. Garbage makes the connection fail, never throws. */
  accept(signal: Signal): void
  /** Gives up, or closes the channel if it is open. Idempotent; the listener hears nothing more. */
  close(): void
}

/** Makes channels. All WebRTC lives behind this port. */
export interface ChannelConnector {
  connect(initiate: boolean, listener: ConnectListener): PendingChannel
}

/** Send buffer marks: above 64 KiB a channel tells when it has fallen to 16 KiB, so that a fast line does not idle. */
export const highWatermarkBytes = 64 * 1024
export const lowWatermarkBytes = 16 * 1024
