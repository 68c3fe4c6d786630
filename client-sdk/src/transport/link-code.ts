import type { WireCode } from '../../../protocol/wire-messages.js'
import { frameCodes } from './frame-code.js'

/**
 * Why a link ended, beside the engine's own reasons. Those up to `frame-flood` and the frame codes are the
 * neighbour's doing.
 *
 * - `handshake-late`: no complete handshakes within the time for them
 * - `swarm-mismatch`: the neighbour named another swarm
 * - `member-mismatch`: the neighbour is not the member that was introduced
 * - `extension-missing`: it does not speak the fast or the extension protocol
 * - `choked`: its extended handshake came before its unchoke
 * - `message-...`: a `prism` message could not be decoded
 * - `frame-flood`: more frames in a short time than a fast link can need
 * - `listener-late`: nobody listened to the link while more and more arrived (our own fault)
 * - `channel-closed`: the other side or the network ended it
 * - `link-replaced`: a newer link to the same member took its place
 * - `closed`: this side shut down
 */
export const linkCodes = [
  ...frameCodes,
  'handshake-late',
  'swarm-mismatch',
  'member-mismatch',
  'extension-missing',
  'choked',
  'message-empty',
  'message-oversized',
  'message-unknown-kind',
  'message-truncated',
  'message-out-of-range',
  'frame-flood',
  'listener-late',
  'channel-closed',
  'link-replaced',
  'closed',
] as const
export type LinkCode = (typeof linkCodes)[number]

/** The link code for a `prism` message that could not be decoded. */
export function messageCode(code: WireCode): LinkCode {
  return `message-${code}`
}
