import { fromBase64Url } from '../../../protocol/base64url.js'
import type { StreamId } from '../../../protocol/ids.js'
import { playlistEdgeStatement, type SignedPlaylistEdge } from '../../../protocol/playlist-edge.js'
import { digestStatement, type HashList, type SegmentDigest } from '../../../protocol/segment-digest.js'
import type { DigestsReply } from '../../../protocol/tracker-messages.js'

/** Says whether a signature is right; undefined where the browser has no Ed25519, or no WebCrypto on this page. */
export type SignatureCheck = (
  key: Uint8Array,
  statement: Uint8Array,
  signature: Uint8Array,
) => Promise<boolean | undefined>

export interface DigestListener {
  digestsExpected(expected: boolean): void
  digestTold(digest: SegmentDigest, hashes: HashList | undefined, signature: 'right' | 'unchecked'): void
  /** A digest with a wrong signature was thrown away. */
  warned(code: 'digest-forged', detail: string): void
}

/**
 * Lets digests in whose signature is right. Where the browser cannot check it, a digest is as good as the tracker's
 * connection, which it came by together with the key.
 */
export class DigestGate {
  private key: Uint8Array | undefined

  constructor(
    private readonly stream: StreamId,
    private readonly check: SignatureCheck,
    private readonly listener: DigestListener,
  ) {}

  joined(key: string | undefined): void {
    this.key = key === undefined ? undefined : fromBase64Url(key)
    this.listener.digestsExpected(this.key !== undefined)
  }

  async told({ digests }: DigestsReply): Promise<void> {
    const { key } = this
    if (key === undefined) return
    await Promise.all(digests.map((told) => this.admit(key, told)))
  }

  /** Undefined where the browser cannot tell, or there is no key. */
  async checkEdge(edge: SignedPlaylistEdge): Promise<boolean | undefined> {
    const statement = playlistEdgeStatement(this.stream, edge)
    return this.key && this.check(this.key, statement, edge.signature)
  }

  private async admit(key: Uint8Array, told: DigestsReply['digests'][number]): Promise<void> {
    const { segment, bytes } = told
    const [root, signature] = [fromBase64Url(told.root), fromBase64Url(told.signature)]
    const hashes = told.hashes?.map(fromBase64Url).filter((hash) => hash !== undefined)
    if (root === undefined || signature === undefined) return
    const digest = { segment, bytes, root }
    const right = await this.check(key, digestStatement(this.stream, digest), signature)
    if (right === false) {
      this.listener.warned('digest-forged', 'a digest with a wrong signature was thrown away')
      return
    }
    this.listener.digestTold(digest, hashes, right === true ? 'right' : 'unchecked')
  }
}
