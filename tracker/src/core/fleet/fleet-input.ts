import type { FleetTopic } from '../../../../protocol/fleet-messages.js'

/** What can happen to a fleet, seen from one of its processes. */
export type FleetInput =
  | { readonly kind: 'bus-connected' }
  | { readonly kind: 'bus-disconnected' }
  /** From anybody on the broker, this process included: what it says to all comes back to it. */
  | { readonly kind: 'message-received'; readonly text: string }
  /** Something that everyone is to know; `value` null takes it back. */
  | {
      readonly kind: 'entry-written'
      readonly topic: FleetTopic
      readonly key: string
      readonly value: unknown
      readonly ttlMs: number
    }
  /** Somebody was let in here with a token, which expires after so long. */
  | { readonly kind: 'token-used'; readonly token: string; readonly ttlMs: number }
  /** The moment that `wakeAt` named has come. */
  | { readonly kind: 'time-passed' }
  /** The process is about to end. */
  | { readonly kind: 'stop-requested' }
