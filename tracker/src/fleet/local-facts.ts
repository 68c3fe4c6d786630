import type { StreamKey } from '../../../protocol/fleet-messages.js'
import type { SwarmId } from '../../../protocol/ids.js'
import type { LocalFacts } from '../core/fleet/fleet-settings.js'
import type { TrackerCore } from '../core/tracker-core.js'

/** How many digits of a swarm id name a stream among processes: 64 bits, and 24 bytes less for each stream of a beat. */
const keyDigits = 16

export function streamKeyOf(swarm: SwarmId): StreamKey {
  return swarm.slice(0, keyDigits) as StreamKey
}

/** How things stand with a tracker, as its fleet is told. */
export function localFacts({ swarms, hasRoom }: Pick<TrackerCore, 'swarms' | 'hasRoom'>): LocalFacts {
  const { byStream, memberCount, totals } = swarms
  const { cdnBytes, peerBytes, uploadedBytes, wastedBytes, rescues } = totals
  const parts: (readonly [StreamKey, number])[] = []
  for (const { id, members } of byStream.values()) parts.push([streamKeyOf(id), members.size])
  const moved = { cdnBytes, peerBytes, uploadedBytes, wastedBytes, rescues }
  return { members: memberCount, streams: byStream.size, room: hasRoom, totals: moved, parts }
}
