import type { MemberId } from '../../../protocol/ids.js'
import type { WireMessage } from '../../../protocol/wire-messages.js'

/** Hears a neighbour. Nothing is in order or in range except that it could be decoded. `closed` comes once, last. */
export interface LinkListener {
  message(message: WireMessage): void
  blockRequested(handle: number, offset: number, length: number): void
  requestCancelled(handle: number, offset: number, length: number): void
  /** The listener may keep `bytes`. */
  blockReceived(handle: number, offset: number, bytes: Uint8Array): void
  requestRejected(handle: number, offset: number, length: number): void
  drained(): void
  closed(): void
}

/** An open link: both handshakes are done, swarm and member ids checked, and blocks may flow. */
export interface Link {
  readonly member: MemberId
  /** Bytes given to the link and not yet handed to the network. */
  readonly bufferedBytes: number
  /** How long a packet takes to the neighbour and back, in ms, as measured lately. Absent where nobody measures. */
  readonly roundTripMs?: number | undefined
  /** Called once; hears everything since the link opened. */
  listen(listener: LinkListener): void
  sendMessage(message: WireMessage): void
  requestBlock(handle: number, offset: number, length: number): void
  cancelBlock(handle: number, offset: number, length: number): void
  sendBlock(handle: number, offset: number, bytes: Uint8Array): void
  rejectBlock(handle: number, offset: number, length: number): void
  /** Idempotent. `code` says why, for logs and stats: a rule that the neighbour broke, or a reason of our own. */
  close(code: string): void
}
