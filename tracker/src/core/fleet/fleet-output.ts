import type { FleetTopic, ProcessId, StreamKey } from '../../../../protocol/fleet-messages.js'
import type { EntryChange } from './shared-entries.js'

/** What the surroundings must do, in this order. */
export type FleetOutput =
  | { readonly kind: 'publish'; readonly to: ProcessId | 'all'; readonly text: string }
  /** The connection to the broker looks open and is deaf. */
  | { readonly kind: 'reconnect' }
  /** An entry holds now, or (`value` null) no longer does. Also told of what was written here. */
  | ({ readonly kind: 'entry-changed'; readonly topic: FleetTopic } & EntryChange)
  /** Somebody was let in elsewhere with a token. */
  | { readonly kind: 'token-used'; readonly token: string; readonly ttlMs: number }
  /** All members of these streams are to go to these processes. */
  | { readonly kind: 'move'; readonly homes: ReadonlyMap<StreamKey, string> }
  /** Where joiners can go when there is no room here; replaces the list before. */
  | { readonly kind: 'room-changed'; readonly urls: readonly string[] }
  /** A process came, went (`bye`), or fell silent. */
  | {
      readonly kind: 'process-changed'
      readonly process: ProcessId
      readonly change: 'came' | 'left' | 'lost'
    }
