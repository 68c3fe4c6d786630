import * as v from 'valibot'
import type { StreamId } from '../../../protocol/ids.js'
import { entryValueLengthMax, type StreamKey } from '../../../protocol/fleet-messages.js'
import { segmentKey } from '../../../protocol/segment-key.js'
import { segmentDigest } from '../../../protocol/tracker-messages.js'
import type { WitnessedDigest } from '../core/digest-board.js'
import type { Swarms } from '../core/swarms.js'
import type { Fleet } from '../fleet/fleet.js'
import { streamKeyOf } from '../fleet/local-facts.js'

/** As long as a joiner may still play the segment: the window of a stream with long segments. */
const digestTtlMs = 120_000

export interface FleetDigestsParts {
  readonly fleet: Pick<Fleet, 'write' | 'onEntry'>
  readonly swarms: Pick<Swarms, 'byStream'>
  /** Whether this process's own witness watches the stream. */
  isWitnessed(stream: StreamId): boolean
  digestsMade(stream: StreamId, digests: readonly WitnessedDigest[]): void
}

/**
 * Tells the fleet the digests that this process's witness makes, and takes those of others for streams that have members
 * here and no witness. Streams go by their keyed ids. Who forges one on the broker gains nothing: members check the
 * signature with the key of their own tracker.
 */
export class FleetDigests {
  constructor(private readonly parts: FleetDigestsParts) {
    parts.fleet.onEntry('digests', (key, value) => this.heard(key, value))
  }

  share(stream: StreamId, digests: readonly WitnessedDigest[]): void {
    const swarm = this.parts.swarms.byStream.get(stream)
    if (!swarm) return
    for (const digest of digests) {
      const key = `${streamKeyOf(swarm.id)} ${segmentKey(digest.segment)}`
      this.parts.fleet.write('digests', key, portable(digest), digestTtlMs)
    }
  }

  private heard(key: string, value: unknown): void {
    const stream = value === null ? undefined : this.streamOf(key.slice(0, key.indexOf(' ')) as StreamKey)
    if (stream === undefined || this.parts.isWitnessed(stream)) return
    const parsed = v.safeParse(segmentDigest, value)
    if (parsed.success) this.parts.digestsMade(stream, [{ hashes: [], ...parsed.output }])
  }

  private streamOf(key: StreamKey): StreamId | undefined {
    for (const [stream, { id }] of this.parts.swarms.byStream) if (streamKeyOf(id) === key) return stream
    return undefined
  }
}

/** Without the hash list of a long segment, which has no room in an entry: who fetches the segment makes it anew. */
function portable(digest: WitnessedDigest): object {
  if (JSON.stringify(digest).length <= entryValueLengthMax) return digest
  const { segment, bytes, root, signature } = digest
  return { segment, bytes, root, signature }
}
