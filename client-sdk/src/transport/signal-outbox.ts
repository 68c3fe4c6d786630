import { signalBytesMax, signalsPerMessageMax, trackerMessageBytesMax } from '../../../protocol/limits.js'
import type { MemberId } from '../../../protocol/ids.js'
import type { Signal } from '../../../protocol/tracker-messages.js'
import type { Clock } from '../ports/clock.js'

/**
 * How long signals are collected before they go out. Host candidates follow a description within milliseconds,
 * those that a STUN server found within a round trip; one message for most of them spares the tracker, whose cost
 * is the descriptions it relays.
 */
export const signalDelayMs = 100

/** Room left in a tracker message for its other fields. */
const messageBytesMax = trackerMessageBytesMax - 1024

/** Collects the signals for each member and sends them in few messages, in order, within the tracker's limits. */
export class SignalOutbox {
  private readonly waiting = new Map<MemberId, Signal[]>()
  private readonly cancels = new Map<MemberId, () => void>()

  constructor(
    private readonly clock: Clock,
    private readonly send: (to: MemberId, signals: readonly Signal[]) => void,
  ) {}

  add(to: MemberId, signal: Signal): void {
    const signals = this.waiting.get(to)
    if (signals) {
      signals.push(signal)
      return
    }
    this.waiting.set(to, [signal])
    this.cancels.set(
      to,
      this.clock.wake(this.clock.now() + signalDelayMs, () => this.flush(to)),
    )
  }

  /** Forgets what was not sent to `to`: the connection it belonged to is gone. */
  drop(to: MemberId): void {
    this.waiting.delete(to)
    this.cancels.get(to)?.()
    this.cancels.delete(to)
  }

  close(): void {
    for (const to of [...this.waiting.keys()]) this.drop(to)
  }

  private flush(to: MemberId): void {
    const signals = this.waiting.get(to) ?? []
    this.drop(to)
    for (const message of packed(signals)) this.send(to, message)
  }
}

/** Cuts a list of signals into messages that the tracker takes; a signal too large for it is left out. */
function packed(signals: readonly Signal[]): Signal[][] {
  const messages: Signal[][] = []
  let current: Signal[] = []
  let bytes = 0
  for (const signal of signals) {
    const size = JSON.stringify(signal).length
    if (size > signalBytesMax) continue
    if (current.length === signalsPerMessageMax || bytes + size > messageBytesMax) {
      messages.push(current)
      current = []
      bytes = 0
    }
    current.push(signal)
    bytes += size
  }
  if (current.length > 0) messages.push(current)
  return messages
}
