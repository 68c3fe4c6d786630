import { byTurns } from '../../../protocol/by-turns.js'
import type { RenditionId } from '../../../protocol/ids.js'
import { digestListHoldersMax } from '../../../protocol/limits.js'
import type { Sha256 } from '../../../protocol/merkle-tree.js'
import { digestOf, type HashList, type SegmentDigest } from '../../../protocol/segment-digest.js'
import type { LiveStream } from './live-stream.js'
import type { VirtualCdn } from './virtual-cdn.js'
import type { VirtualClock } from './virtual-clock.js'

/** How the tracker's witness is in virtual time. */
export interface WitnessShape {
  readonly sha256: Sha256
  /** From a segment's birth to its digest at the members. Undefined for a segment: there is none. */
  readonly delayMs: (sequence: number) => number | undefined
}

/** Who is told of digests. */
export interface DigestReader {
  tellDigest(digest: SegmentDigest, hashes: HashList | undefined): void
}

/** Bytes of a digest in the tracker's JSON, without and with each hash of its list. */
const digestTextBytes = 330
const hashTextBytes = 46

/** Digests of which those who come are told, and characters of the hash lists with them: as the tracker's digest board does. */
const recentMax = 16
const greetedListCharactersMax = 32_000

interface Witnessed {
  readonly digest: SegmentDigest
  readonly hashes: HashList
}

/**
 * Tells the members the digest of each new segment, and a few of each cell, by turns, the hash list; and those who come, or
 * switch, the recent ones.
 */
export class VirtualWitness {
  /** Bytes that digests took on the members' tracker connections. */
  bytes = 0
  /** Newest first. */
  private recent: readonly Witnessed[] = []
  private cancel: () => void = () => {}

  constructor(
    private readonly shape: WitnessShape,
    private readonly world: {
      readonly clock: VirtualClock
      readonly cdn: VirtualCdn
      readonly stream: LiveStream
      /** Those who follow the rendition now, by cell. */
      readonly readers: () => readonly (readonly DigestReader[])[]
    },
    private readonly rendition: RenditionId,
  ) {}

  start(): this {
    this.awaitBirth(Math.max(0, this.world.stream.newestAt(this.world.clock.now())))
    return this
  }

  stop(): void {
    this.cancel()
  }

  /** A member has joined, or follows this rendition from now on. */
  greet(reader: DigestReader): void {
    let room = greetedListCharactersMax
    for (const { digest, hashes } of this.recent) {
      room -= hashes.length * hashTextBytes
      this.tellReader(reader, digest, room >= 0 ? hashes : undefined)
    }
  }

  private awaitBirth(sequence: number): void {
    const { clock, stream } = this.world
    this.cancel = clock.wake(stream.bornAt(sequence), () => {
      const delayMs = this.shape.delayMs(sequence)
      if (delayMs !== undefined) clock.wake(clock.now() + delayMs, () => this.tell(sequence))
      this.awaitBirth(sequence + 1)
    })
  }

  private tell(sequence: number): void {
    const { cdn, stream } = this.world
    const url = stream.url(this.rendition, sequence)
    const body = wholeBody(cdn, url)
    const { digest, hashes } = digestOf(this.shape.sha256, stream.identity(this.rendition, sequence), body)
    this.recent = [{ digest, hashes }, ...this.recent].slice(0, recentMax)
    for (const readers of this.world.readers()) {
      const [holders, others] = byTurns(readers, digestListHoldersMax, sequence)
      for (const reader of holders) this.tellReader(reader, digest, hashes)
      for (const reader of others) this.tellReader(reader, digest, undefined)
    }
  }

  private tellReader(reader: DigestReader, digest: SegmentDigest, hashes: HashList | undefined): void {
    this.bytes += digestTextBytes + (hashes?.length ?? 0) * hashTextBytes
    reader.tellDigest(digest, hashes)
  }
}

function wholeBody({ bodies }: VirtualCdn, url: string): Uint8Array {
  const body = new Uint8Array(bodies.lengthOf(url))
  for (let index = 0, at = 0; at < body.length; index += 1) {
    const block = bodies.block(url, index)
    body.set(block, at)
    at += block.length
  }
  return body
}
