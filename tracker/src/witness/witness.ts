import type { KeyObject } from 'node:crypto'
import type { Logger } from 'pino'
import { toBase64Url } from '../../../protocol/base64url.js'
import type { DigestFile } from '../../../protocol/digest-file.js'
import type { SegmentIdentity } from '../../../protocol/segment-key.js'
import type { RenditionId, StreamId } from '../../../protocol/ids.js'
import type { SignedPlaylistEdge } from '../../../protocol/playlist-edge.js'
import type { WitnessedDigest } from '../core/digest-board.js'
import { ByteBudget } from './byte-budget.js'
import type { DigestSigner } from './digest-signer.js'
import { readPublishedDigest } from './published-digest.js'
import type { Fellows } from './fellows.js'
import { GuardedFetch } from './guarded-fetch.js'
import { pause } from './pause.js'
import { StreamWitness } from './stream-witness.js'
import type { WitnessRules } from './witness-rules.js'

export interface WitnessOptions {
  readonly allowPrivate: boolean
  readonly streamsMax: number
  readonly bytesPerSecond: number
}

export interface WitnessParts {
  readonly rules: WitnessRules
  readonly signer: DigestSigner
  /** Whose digest files are taken in place of segments; without any, segments are. */
  readonly publisherKeys: readonly KeyObject[]
  readonly log: Logger
  /** The streams that have members now, and the renditions that these follow. */
  readonly followed: () => Iterable<readonly [StreamId, ReadonlySet<RenditionId>]>
  readonly edgeMade: (stream: StreamId, edge: SignedPlaylistEdge) => void
  readonly made: (stream: StreamId, digests: readonly WitnessedDigest[]) => void
  /** Where other processes witness, too. */
  readonly fellows?: Fellows | undefined
}

/** How often it is looked which streams have members: a viewer's first seconds come from the CDN anyway. */
const reviewMs = 250
/** Segments fetched at once, over all streams. */
const fetchesMax = 32
/** Streams without a rule that are named in the log, so that whoever joins streams of no name cannot fill it. */
const unruledNamedMax = 8
/** So many failures in a row, and no digest in between, are no hiccup of the origin. */
const failuresToldAt = 5

/**
 * Fetches each new segment of the streams that rules allow and that have members, once, from the origin itself, and signs
 * its digest. Fetches nothing that a member names.
 */
export class Witness {
  private readonly streams = new Map<StreamId, StreamWitness>()
  private readonly fetch: GuardedFetch
  private readonly budget: ByteBudget
  private readonly timer: NodeJS.Timeout
  private warnedOfStreams = false
  private readonly unruled = new Set<StreamId>()

  constructor(
    private readonly options: WitnessOptions,
    private readonly parts: WitnessParts,
  ) {
    this.fetch = new GuardedFetch(options.allowPrivate)
    this.budget = new ByteBudget(options.bytesPerSecond, fetchesMax, () => performance.now())
    this.timer = setInterval(() => this.review(), reviewMs)
  }

  close(): void {
    clearInterval(this.timer)
    for (const stream of this.streams.values()) stream.stop()
    this.streams.clear()
    this.fetch.close()
  }

  private review(): void {
    const gone = new Set(this.streams.keys())
    for (const [stream, renditions] of this.parts.followed()) {
      gone.delete(stream)
      this.open(stream)?.follow(renditions)
    }
    for (const stream of gone) {
      this.streams.get(stream)?.stop()
      this.streams.delete(stream)
    }
  }

  private warnOfUnruled(stream: StreamId): void {
    if (this.unruled.size >= unruledNamedMax || this.unruled.has(stream)) return
    this.unruled.add(stream)
    this.parts.log.warn({ stream }, 'no witness rule allows a stream that has viewers')
  }

  private open(stream: StreamId): StreamWitness | undefined {
    const known = this.streams.get(stream)
    if (known) return known
    const url = this.parts.rules.playlistOf(stream)
    if (!url) {
      this.warnOfUnruled(stream)
      return undefined
    }
    const { log, signer, publisherKeys, made, edgeMade } = this.parts
    if (this.streams.size >= this.options.streamsMax) {
      if (!this.warnedOfStreams) log.warn('more streams than witnessStreamsMax: the others have no digests')
      this.warnedOfStreams = true
      return undefined
    }
    this.parts.fellows?.opened(stream)
    let failures = 0
    const witness = new StreamWitness(url, {
      fetch: this.fetch,
      budget: this.budget,
      clock: () => performance.now(),
      takes: publisherKeys.length > 0 ? 'digest-files' : 'segments',
      seen: ({ segment }, body) => {
        const signed =
          publisherKeys.length > 0
            ? this.countersigned(stream, segment, body)
            : signer.digest(stream, segment, body)
        if (signed === undefined) return false
        failures = 0
        made(stream, [witnessed(signed)])
        return true
      },
      advanced: (rendition, text) => {
        const edge = signer.playlistEdge(stream, rendition, text)
        if (edge !== undefined) edgeMade(stream, edge)
      },
      failed: (problem) => {
        failures += 1
        log.debug({ problem }, 'the witness could not fetch')
        if (failures === failuresToldAt) log.warn({ stream, problem }, nothingComes[problem] ?? nothingCame)
      },
      isOurs: (segment, stopping) => this.isOurs(stream, segment, stopping),
    })
    this.streams.set(stream, witness)
    return witness
  }

  /** One process fetches for all, and the others when it does not. */
  private async isOurs(stream: StreamId, segment: SegmentIdentity, stopping: AbortSignal): Promise<boolean> {
    const { fellows } = this.parts
    if (!fellows) return true
    const waitMs = fellows.isKnown(stream, segment) ? 0 : fellows.waitMs(stream, segment)
    if (waitMs > 0) await pause(waitMs, stopping)
    return !fellows.isKnown(stream, segment)
  }

  private countersigned(
    stream: StreamId,
    segment: SegmentIdentity,
    file: Uint8Array,
  ): DigestFile | undefined {
    const { publisherKeys, signer, log } = this.parts
    const read = readPublishedDigest(file, stream, segment, publisherKeys)
    if (read.ok) return signer.sign(stream, read.value)
    log.debug({ problem: read.code }, "a publisher's digest is of no use")
    return undefined
  }
}

const nothingCame = 'the witness gets nothing of a stream, whose viewers share nothing'
const nothingComes: Readonly<Record<string, string>> = {
  'address-refused': `${nothingCame}: its address is not public (see witnessAllowPrivate)`,
}

/** As the tracker tells it. */
export function witnessed({ digest, hashes }: DigestFile): WitnessedDigest {
  const { segment, bytes, root, signature } = digest
  return {
    segment,
    bytes,
    root: toBase64Url(root),
    signature: toBase64Url(signature),
    hashes: hashes.map(toBase64Url),
  }
}
