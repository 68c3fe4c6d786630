import type { BanSubject } from './bans.js'
import type { ConnectionId } from './tracker-input.js'

/** What the server must do, in this order. */
export type TrackerOutput =
  /** One text for one or many connections, so that it is built and framed once. */
  | {
      readonly kind: 'send'
      readonly connections: readonly ConnectionId[]
      readonly text: string
      /** Only worth sending now: may be left out for who does not read. */
      readonly disposable?: true
      /** May wait a little for something else to the same connection: a write costs more than what it carries. */
      readonly patient?: true
    }
  /** The tracker has forgotten the connection already; what was sent before still goes out. */
  | {
      readonly kind: 'close'
      readonly connection: ConnectionId
      readonly code: number
      readonly reason: string
    }
  /** The tracker has banned somebody here: where it is one of several, the others shall know. */
  | { readonly kind: 'banned'; readonly subject: BanSubject; readonly forMs: number }

/** The WebSocket close codes in use (RFC 6455, section 7.4.1, and the IANA registry for 1013). */
export const closeCodes = {
  /** The member left. */
  normal: 1000,
  /** The tracker stops. */
  goingAway: 1001,
  /** The other side broke the rules, or lost its member id to a newer connection. */
  policyViolation: 1008,
  /** No room; an `error` with `retryAfterMs` went before. */
  tryAgainLater: 1013,
} as const
