import { signalBytesMax, trackerMessageBytesMax } from '../../../protocol/limits.js'
import type { MemberId } from '../../../protocol/ids.js'
import { failure, success, type Result } from '../../../protocol/result.js'
import { encodeTrackerMessage, type Signal } from '../../../protocol/tracker-messages.js'
import { signalDepthMax } from './bounds.js'

/**
 * Writes signals anew for their receiver. They are opaque, but not trusted: a text of 64 KiB can nest 30,000
 * levels, at which JSON.stringify overflows the stack, and `1e20` grows fivefold when it is written out.
 */
export function encodeRelayedSignals(
  from: MemberId,
  signals: readonly Signal[],
): Result<string, 'malformed' | 'oversized'> {
  if (!isShallow(signals, signalDepthMax + 1)) {
    return failure('malformed', `signals: nested deeper than ${signalDepthMax} levels`)
  }
  const text = encodeTrackerMessage({ kind: 'signal', from, signals: [...signals] })
  const oversized =
    text.length > trackerMessageBytesMax ||
    (text.length > signalBytesMax && signals.some((signal) => JSON.stringify(signal).length > signalBytesMax))
  return oversized ? failure('oversized', `a signal has at most ${signalBytesMax} characters`) : success(text)
}

function isShallow(value: unknown, depthLeft: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (depthLeft === 0) return false
  return Object.values(value).every((inner) => isShallow(inner, depthLeft - 1))
}
