import type { StreamId } from '../../../protocol/ids.js'
import { openPolicy, samePolicy, type StreamPolicy } from '../../../protocol/stream-policy.js'
import { policiesMax } from './bounds.js'

/**
 * What the operator decided, by stream. A decision outlives the stream's members, and is forgotten when it is taken
 * back; streams without one share. Holds at most `policiesMax`, so that an operator's script gone wrong fills no memory.
 */
export class Policies {
  private readonly byStream = new Map<StreamId, StreamPolicy>()

  of(stream: StreamId): StreamPolicy {
    return this.byStream.get(stream) ?? openPolicy
  }

  /** `unchanged`: it held already; `full`: there is no room for another stream's, and nothing was done. */
  set(stream: StreamId, policy: StreamPolicy): 'changed' | 'unchanged' | 'full' {
    if (samePolicy(this.of(stream), policy)) return 'unchanged'
    if (samePolicy(policy, openPolicy)) {
      this.byStream.delete(stream)
      return 'changed'
    }
    if (!this.byStream.has(stream) && this.byStream.size >= policiesMax) return 'full'
    this.byStream.set(stream, policy)
    return 'changed'
  }

  /** Every decision that differs from the default. */
  entries(): [StreamId, StreamPolicy][] {
    return [...this.byStream]
  }
}
