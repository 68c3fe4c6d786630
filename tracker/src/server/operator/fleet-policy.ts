import type { StreamId } from '../../../../protocol/ids.js'
import { openPolicy, samePolicy, type StreamPolicy } from '../../../../protocol/stream-policy.js'
import { entryTtlMaxMs } from '../../core/fleet/fleet-bounds.js'
import type { Fleet } from '../../fleet/fleet.js'
import type { PolicyDesk } from './policy-desk.js'

/** Tells the fleet what the operator decided for a stream; one that holds by default takes back what was told before. */
export function sharePolicy(fleet: Pick<Fleet, 'write'>, stream: StreamId, policy: StreamPolicy): void {
  fleet.write('policy', stream, samePolicy(policy, openPolicy) ? null : policy, entryTtlMaxMs)
}

/** Hands the desk what another process of the fleet was told. */
export function hearPolicies(fleet: Pick<Fleet, 'onEntry'>, desk: Pick<PolicyDesk, 'heard'>): void {
  fleet.onEntry('policy', (stream, value, ttlMs) => {
    // At 0 the time of the word is over, not the operator's will: whoever has heard it keeps to it.
    if (ttlMs > 0) desk.heard(stream, value)
  })
}
