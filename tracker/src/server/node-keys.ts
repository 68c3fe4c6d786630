import { createHmac, randomBytes } from 'node:crypto'
import { idBytes, type StreamId, type SwarmId } from '../../../protocol/ids.js'
import type { TrackerKeys } from '../core/tracker-settings.js'

/**
 * Names made with HMAC-SHA-256. Each use has a prefix of its own, so that no swarm id is ever a resume text. The
 * zero bytes keep swarm, member and holder apart: neither id can hold one.
 */
export function createTrackerKeys(
  secret: string | undefined,
  digestKeyOf: (stream: StreamId) => string | undefined = () => undefined,
): TrackerKeys {
  const key = secret ?? randomBytes(32)
  return {
    digestKeyOf,
    swarmIdOf: (stream) =>
      createHmac('sha256', key)
        .update(`swarm\0${stream}`)
        .digest()
        .subarray(0, idBytes)
        .toString('hex') as SwarmId,
    resumeOf: (swarm, member, holder) =>
      createHmac('sha256', key).update(`resume\0${swarm}\0${member}\0${holder}`).digest('base64url'),
  }
}
