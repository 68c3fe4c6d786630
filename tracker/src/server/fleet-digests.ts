import * as v from 'valibot'
import { entryValueLengthMax, type ProcessId, type StreamKey } from '../../../protocol/fleet-messages.js'
import { segmentKey, type SegmentIdentity, type SegmentKey } from '../../../protocol/segment-key.js'
import { segmentDigest } from '../../../protocol/tracker-messages.js'
import type { RenditionId, StreamId } from '../../../protocol/ids.js'
import type { WitnessedDigest } from '../core/digest-board.js'
import { WitnessTurns } from '../core/fleet/witness-turns.js'
import type { Swarms } from '../core/swarms.js'
import type { Fleet } from '../fleet/fleet.js'
import { streamKeyOf } from '../fleet/local-facts.js'
import type { Fellows } from '../witness/fellows.js'

/** As long as a joiner may still play the segment: the window of a stream with long segments. */
const digestTtlMs = 120_000
/** Segments known to be witnessed: two minutes of some hundred renditions. */
const knownMax = 8192
const renditionsMax = 4096

export interface FleetDigestsParts {
  readonly fleet: Pick<Fleet, 'self' | 'write' | 'onEntry' | 'entries' | 'reachable'>
  readonly swarms: Pick<Swarms, 'byStream'>
  /** Milliseconds on a clock that does not go back. */
  readonly clock: () => number
  /** Whether a digest is signed with the key that all processes share. */
  isGenuine(stream: StreamId, digest: WitnessedDigest): boolean
  digestsMade(stream: StreamId, digests: readonly WitnessedDigest[]): void
}

/**
 * Tells the fleet the digests that this process's witness makes, and takes those of others for streams that have members
 * here. Streams go by their keyed ids. A segment that another process has witnessed is not fetched again here, so whoever
 * forges a digest on the broker could keep witnesses from their work: what is not signed by the fleet's key does not count.
 */
export class FleetDigests implements Fellows {
  private readonly turns: WitnessTurns
  private readonly known = new Set<string>()

  constructor(private readonly parts: FleetDigestsParts) {
    this.turns = new WitnessTurns(parts.fleet.self, renditionsMax)
    parts.fleet.onEntry('digests', (key, value, _ttlMs, writer) => this.heard(key, value, writer))
  }

  share(stream: StreamId, digests: readonly WitnessedDigest[]): void {
    for (const digest of digests) {
      const key = this.keyOf(stream, segmentKey(digest.segment))
      if (key !== undefined) this.parts.fleet.write('digests', key, portable(digest), digestTtlMs)
    }
  }

  /** Takes what the fleet has said of the stream while it had no members here. */
  opened(stream: StreamId): void {
    const start = this.keyOf(stream, '')
    if (start === undefined) return
    for (const { key, value, writer } of this.parts.fleet.entries('digests')) {
      if (key.startsWith(start)) this.heard(key, value, writer)
    }
  }

  isKnown(stream: StreamId, segment: SegmentIdentity): boolean {
    const key = this.keyOf(stream, segmentKey(segment))
    return key !== undefined && this.known.has(key)
  }

  waitMs(stream: StreamId, { rendition }: SegmentIdentity): number {
    const { clock, fleet } = this.parts
    const key = this.keyOf(stream, rendition)
    return key === undefined ? 0 : this.turns.waitMs(clock(), key, fleet.reachable())
  }

  private heard(key: string, value: unknown, writer: ProcessId | undefined): void {
    const stream = value === null ? undefined : this.streamOf(key.slice(0, key.indexOf(' ')) as StreamKey)
    if (stream === undefined || writer === undefined) return
    const parsed = v.safeParse(segmentDigest, value)
    if (!parsed.success) return
    const digest = { hashes: [], ...parsed.output }
    const isOwn = writer === this.parts.fleet.self
    if (!isOwn && !this.parts.isGenuine(stream, digest)) return
    // Without its list, members lack the hashes of blocks: such a segment is fetched here all the same.
    if (digest.hashes.length > 0) this.note(stream, digest.segment, writer)
    if (!isOwn) this.parts.digestsMade(stream, [digest])
  }

  private note(stream: StreamId, segment: SegmentIdentity, witness: ProcessId): void {
    const key = this.keyOf(stream, segmentKey(segment))
    const rendition = this.keyOf(stream, segment.rendition)
    if (key === undefined || rendition === undefined) return
    this.turns.witnessed(this.parts.clock(), rendition, segment.sequence, witness)
    this.known.add(key)
    if (this.known.size > knownMax) for (const oldest of this.known) return void this.known.delete(oldest)
  }

  private keyOf(stream: StreamId, rest: SegmentKey | RenditionId | ''): string | undefined {
    const swarm = this.parts.swarms.byStream.get(stream)
    return swarm && `${streamKeyOf(swarm.id)} ${rest}`
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
