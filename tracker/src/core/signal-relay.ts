import { signalBytesMax, trackerMessageBytesMax } from '../../../protocol/limits.js'
import type { MemberId } from '../../../protocol/ids.js'
import { failure, success, type Result } from '../../../protocol/result.js'
import { encodeTrackerMessage, type Signal } from '../../../protocol/tracker-messages.js'
import { signalDepthMax } from './bounds.js'

/**
 * The text for the receiver of signals. They are opaque, but not trusted: a text of 64 KiB can nest 30,000 levels, at
 * which JSON.stringify overflows the stack, and `1e20` grows fivefold when it is written out.
 *
 * @param text - the message that they came in, which was read as `to` and `signals`
 */
export function relayedSignals(
  from: MemberId,
  to: MemberId,
  signals: readonly Signal[],
  text: string,
): Result<string, 'malformed' | 'oversized'> {
  if (!isShallow(signals, signalDepthMax + 1)) {
    return failure('malformed', `signals: nested deeper than ${signalDepthMax} levels`)
  }
  return asItCame(from, to, text) ?? writtenAnew(from, signals)
}

/**
 * The message as it came, with its sender in place of its receiver, if it is worded as the SDK words it: to write it anew
 * costs as much as to read it.
 */
function asItCame(from: MemberId, to: MemberId, text: string): Result<string, never> | undefined {
  const start = `{"kind":"signal","to":"${to}","signals":[`
  if (text.length > signalBytesMax || !text.startsWith(start)) return undefined
  const rest = text.slice(start.length)
  // A later `kind` or `from` would count instead of the first.
  if (laterKey.test(rest)) return undefined
  return success(`{"kind":"signal","from":"${from}","signals":[${rest}`)
}

/** What comes before any key of the message after its list of signals; a list within a signal may look the same. */
const laterKey = /\]\s*,\s*"/

function writtenAnew(from: MemberId, signals: readonly Signal[]): Result<string, 'malformed' | 'oversized'> {
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
