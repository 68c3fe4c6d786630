import {
  createHash,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  randomBytes,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'
import type { DigestFile } from '../../../protocol/digest-file.js'
import type { RenditionId, StreamId } from '../../../protocol/ids.js'
import {
  playlistEdgeOf,
  playlistEdgeStatement,
  type SignedPlaylistEdge,
} from '../../../protocol/playlist-edge.js'
import {
  digestOf,
  digestStatement,
  type HashList,
  type SegmentDigest,
  type SignedDigest,
} from '../../../protocol/segment-digest.js'
import type { SegmentIdentity } from '../../../protocol/segment-key.js'

/** What comes before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410, section 7). */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')

export function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}

/** The Ed25519 key of a tracker: the same at every start where there is a secret. */
export function trackerKey(secret: string | undefined): KeyObject {
  const seed =
    secret === undefined
      ? randomBytes(32)
      : Buffer.from(hkdfSync('sha256', secret, '', 'prismesh digest key', 32))
  return createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' })
}

/** Signs digests with one Ed25519 key. */
export class DigestSigner {
  /** As base64url. */
  readonly publicKey: string
  private readonly publicHalf: KeyObject

  constructor(private readonly key: KeyObject) {
    this.publicHalf = createPublicKey(key)
    this.publicKey = this.publicHalf.export({ format: 'jwk' }).x ?? ''
  }

  /** Whether this key has signed a digest, in this process or another. */
  hasSigned(stream: StreamId, digest: SignedDigest): boolean {
    return verify(null, digestStatement(stream, digest), this.publicHalf, digest.signature)
  }

  /** The digest of a segment's bytes, of which there is at least one. */
  digest(stream: StreamId, segment: SegmentIdentity, body: Uint8Array): DigestFile {
    return this.sign(stream, digestOf(sha256, segment, body))
  }

  /** What a live playlist has come to; undefined for one that everybody is to poll. */
  playlistEdge(stream: StreamId, rendition: RenditionId, text: string): SignedPlaylistEdge | undefined {
    const edge = playlistEdgeOf(sha256, rendition, text)
    return edge && { ...edge, signature: sign(null, playlistEdgeStatement(stream, edge), this.key) }
  }

  /** Another one's digest, under this key's signature. */
  sign(
    stream: StreamId,
    { digest, hashes }: { readonly digest: SegmentDigest; readonly hashes: HashList },
  ): DigestFile {
    const signature = sign(null, digestStatement(stream, digest), this.key)
    return { stream, digest: { ...digest, signature }, hashes }
  }
}
