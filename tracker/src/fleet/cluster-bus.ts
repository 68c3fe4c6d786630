import type { ProcessId } from '../../../protocol/fleet-messages.js'

/** One process by its id, or every process. */
export type BusAddress = ProcessId | 'all'

/** Hears the broker. Calls come after the bus was made, never from within it. */
export interface BusListener {
  /** Both subjects are subscribed to: whatever is published from now on arrives, as a rule. */
  connected(): void
  /** Nothing arrives any more; the bus is trying to come back. */
  disconnected(): void
  received(text: string): void
}

/**
 * Carries texts between the processes of a fleet: one subject for each process, one for all of them, which includes
 * the sender. At most once: what cannot be sent now is dropped, and nothing is kept for who is away.
 */
export interface ClusterBus {
  publish(to: BusAddress, text: string): void
  /** Gives the connection up, as if it had broken, and makes another one. */
  reconnect(): void
  /** Idempotent. The listener hears nothing more. */
  close(): Promise<void>
}

export type OpenBus = (self: ProcessId, listener: BusListener) => ClusterBus
