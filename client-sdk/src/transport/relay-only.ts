import type { Signal } from '../../../protocol/tracker-messages.js'

/** A candidate that a TURN server gave (RFC 8839, section 5.1). */
const relayed = / typ relay(?: |$)/
/** Where a relayed candidate was asked for from: the very address that it is to hide. Browsers write 0.0.0.0 themselves. */
const relatedAddress = / raddr \S+ rport \d+/

/**
 * What of a signal a member may send whose address nobody is to learn; undefined: nothing. The browser gathers relayed
 * candidates only, as it was told to: this is for one that does not.
 */
export function relayedOnly(signal: Signal): Signal | undefined {
  const { sdp, candidate } = signal as { sdp?: unknown; candidate?: { readonly candidate?: unknown } }
  if (typeof sdp === 'string') {
    const lines = sdp.split('\r\n').filter((line) => !line.startsWith('a=candidate') || relayed.test(line))
    return { ...signal, sdp: lines.map(withoutRelated).join('\r\n') }
  }
  if (candidate === undefined) return signal
  const line = candidate.candidate
  // The empty one says that there are no more.
  if (typeof line !== 'string' || (line !== '' && !relayed.test(line))) return undefined
  return { ...signal, candidate: { ...candidate, candidate: withoutRelated(line) } }
}

function withoutRelated(line: string): string {
  return line.replace(relatedAddress, ' raddr 0.0.0.0 rport 0')
}
