import type { KeyObject } from 'node:crypto'
import type { Logger } from 'pino'
import { fromBase64Url } from '../../../protocol/base64url.js'
import type { RenditionId, StreamId } from '../../../protocol/ids.js'
import type { SignedPlaylistEdge } from '../../../protocol/playlist-edge.js'
import { readPublisherKeys } from '../admission/publisher-keys.js'
import type { TrackerConfig } from '../config/config-schema.js'
import type { WitnessedDigest } from '../core/digest-board.js'
import { DigestSigner, trackerKey } from '../witness/digest-signer.js'
import type { Fellows } from '../witness/fellows.js'
import { Witness } from '../witness/witness.js'
import { WitnessRules } from '../witness/witness-rules.js'

/** What the witness needs of the tracker: who watches what, and where digests go. */
export interface DigestReaders {
  readonly followed: () => Iterable<readonly [StreamId, ReadonlySet<RenditionId>]>
  readonly digestsMade: (stream: StreamId, digests: readonly WitnessedDigest[]) => void
  readonly edgeMade: (stream: StreamId, edge: SignedPlaylistEdge) => void
  readonly fellows: Fellows | undefined
}

/** The operator's rules, the key, and the witness that works by them once the tracker listens. */
export class DigestDesk {
  private readonly rules: WitnessRules
  private readonly signer: DigestSigner
  private readonly publisherKeys: readonly KeyObject[]
  private witness: Witness | undefined

  constructor(
    private readonly config: TrackerConfig,
    private readonly log: Logger,
  ) {
    this.rules = new WitnessRules(config.witness)
    this.signer = new DigestSigner(trackerKey(config.secret))
    this.publisherKeys = config.witnessKeys === undefined ? [] : readPublisherKeys(config.witnessKeys)
  }

  /** The public key, for streams that a rule allows. */
  readonly keyOf = (stream: StreamId): string | undefined =>
    this.rules.playlistOf(stream) === undefined ? undefined : this.signer.publicKey

  open({ followed, digestsMade, edgeMade, fellows }: DigestReaders): void {
    const { config, log, rules, signer, publisherKeys } = this
    if (config.witness.length === 0 || config.witnessStreamsMax === 0) return
    this.witness = new Witness(
      {
        allowPrivate: config.witnessAllowPrivate,
        streamsMax: config.witnessStreamsMax,
        bytesPerSecond: config.witnessBytesPerSecond,
      },
      { rules, signer, publisherKeys, log, followed, made: digestsMade, edgeMade, fellows },
    )
  }

  /** Whether this key, which all processes with one secret have, has signed a digest. */
  readonly isGenuine = (stream: StreamId, digest: WitnessedDigest): boolean => {
    const [root, signature] = [fromBase64Url(digest.root), fromBase64Url(digest.signature)]
    return root !== undefined && signature !== undefined
      ? this.signer.hasSigned(stream, { ...digest, root, signature })
      : false
  }

  close(): void {
    this.witness?.close()
  }
}
