import {
  createHash,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto'
import { toBase64Url } from '../../../protocol/base64url.js'
import type { StreamId } from '../../../protocol/ids.js'
import { digestOf, digestStatement } from '../../../protocol/segment-digest.js'
import type { SegmentIdentity } from '../../../protocol/segment-key.js'
import type { WitnessedDigest } from '../core/digest-board.js'

/** What comes before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410, section 7). */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')

export function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}

/** An Ed25519 key of this tracker, the same at every start where there is a secret. */
export class DigestSigner {
  /** As base64url. */
  readonly publicKey: string
  private readonly key: KeyObject

  constructor(secret: string | undefined) {
    const seed =
      secret === undefined
        ? randomBytes(32)
        : Buffer.from(hkdfSync('sha256', secret, '', 'prismesh digest key', 32))
    this.key = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' })
    this.publicKey = createPublicKey(this.key).export({ format: 'jwk' }).x ?? ''
  }

  /** The digest of a segment's bytes, of which there is at least one. */
  digest(stream: StreamId, segment: SegmentIdentity, body: Uint8Array): WitnessedDigest {
    const { digest, hashes } = digestOf(sha256, segment, body)
    const signature = sign(null, digestStatement(stream, digest), this.key)
    return {
      segment,
      bytes: digest.bytes,
      root: toBase64Url(digest.root),
      signature: toBase64Url(signature),
      hashes: hashes.map(toBase64Url),
    }
  }
}
