import { signalBytesMax } from '../../../protocol/limits.js'
import type { Signal } from '../../../protocol/tracker-messages.js'

/** What a signal is to a connection, or `refused` if it is none that a member sends. */
export type SignalKind = 'offer' | 'answer' | 'candidate' | 'refused'

/** Longest line of one ICE candidate: an address, a port, and extension attributes (RFC 8839, section 5.1). */
const candidateLengthMax = 512

/**
 * Reads what a signal claims to be, and lets only an offer or answer for exactly one data section pass, and
 * candidates. A stranger's other signals would make simple-peer negotiate anew without end, or open transceivers.
 */
export function signalKind(signal: Signal): SignalKind {
  const { type, sdp, candidate } = signal as { type?: unknown; sdp?: unknown; candidate?: unknown }
  if (type === 'candidate') return sdp === undefined && isCandidate(candidate) ? 'candidate' : 'refused'
  if (type !== 'offer' && type !== 'answer') return 'refused'
  return candidate === undefined && isDataDescription(sdp) ? type : 'refused'
}

function isDataDescription(sdp: unknown): boolean {
  if (typeof sdp !== 'string' || sdp.length > signalBytesMax) return false
  const [first, ...others] = sdp.match(/^m=.*/gm) ?? []
  return others.length === 0 && first !== undefined && first.startsWith('m=application ')
}

function isCandidate(candidate: unknown): boolean {
  if (typeof candidate !== 'object' || candidate === null) return false
  const line = (candidate as { candidate?: unknown }).candidate
  return typeof line === 'string' && line.length <= candidateLengthMax
}
