import type { MemberId, SwarmId } from '../../../protocol/ids.js'

/** The member with this number; lower numbers sort first. */
export function memberId(number: number): MemberId {
  return number.toString(16).padStart(40, '0') as MemberId
}

/** The swarm with this number. */
export function swarmId(number: number): SwarmId {
  return number.toString(16).padStart(40, 'f') as SwarmId
}
