import { blockBytes, blockCount } from './block.js'
import { ByteWriter } from './byte-writer.js'
import type { StreamId } from './ids.js'
import { blockHash, merkleRoot, type Sha256 } from './merkle-tree.js'
import { writeSegment } from './segment-bytes.js'
import type { SegmentIdentity } from './segment-key.js'

/** What the origin's bytes of one segment are: how many, and the root over the hashes of their blocks. */
export interface SegmentDigest {
  readonly segment: SegmentIdentity
  readonly bytes: number
  /** 32 bytes. */
  readonly root: Uint8Array
}

/** A digest, and the Ed25519 signature of its statement. */
export interface SignedDigest extends SegmentDigest {
  /** 64 bytes. */
  readonly signature: Uint8Array
}

/** The hashes of all blocks of a segment, in order. */
export type HashList = readonly Uint8Array[]

/** Begins every statement, so that a signature for one purpose or version is none for another. */
const statementTag = 'prismesh-digest-1'

/** Bytes of an Ed25519 signature and of a public key (RFC 8032). */
export const signatureBytes = 64
export const publicKeyBytes = 32

/** The bytes that are signed: they bind stream, segment, length and root together. */
export function digestStatement(stream: StreamId, { segment, bytes, root }: SegmentDigest): Uint8Array {
  const writer = new ByteWriter().ascii(statementTag).utf16(stream)
  return writeSegment(writer, segment).u32(bytes).bytes(root).finish()
}

/** The hash list of a segment's bytes, of which there is at least one. */
export function hashListOf(sha256: Sha256, body: Uint8Array): HashList {
  return Array.from({ length: blockCount(body.length) }, (_, index) =>
    blockHash(sha256, body.subarray(index * blockBytes, (index + 1) * blockBytes)),
  )
}

/** The digest of a segment's bytes, of which there is at least one. */
export function digestOf(
  sha256: Sha256,
  segment: SegmentIdentity,
  body: Uint8Array,
): { readonly digest: SegmentDigest; readonly hashes: HashList } {
  const hashes = hashListOf(sha256, body)
  return { digest: { segment, bytes: body.length, root: merkleRoot(sha256, hashes) }, hashes }
}
