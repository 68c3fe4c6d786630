import { verify, type KeyObject } from 'node:crypto'
import { decodeDigestFile, type DigestFile, type DigestFileCode } from '../../../protocol/digest-file.js'
import type { StreamId } from '../../../protocol/ids.js'
import { merkleRoot, sameHash } from '../../../protocol/merkle-tree.js'
import { failure, success, type Result } from '../../../protocol/result.js'
import { digestStatement } from '../../../protocol/segment-digest.js'
import { segmentKey, type SegmentIdentity } from '../../../protocol/segment-key.js'
import { sha256 } from './digest-signer.js'

type PublishedDigestCode =
  DigestFileCode | 'other-stream' | 'other-segment' | 'list-misfit' | 'signature-wrong'

/** The digest of this very segment, signed by one of the keys. Never throws. */
export function readPublishedDigest(
  file: Uint8Array,
  stream: StreamId,
  segment: SegmentIdentity,
  keys: readonly KeyObject[],
): Result<DigestFile, PublishedDigestCode> {
  const decoded = decodeDigestFile(file)
  if (!decoded.ok) return decoded
  const { digest, hashes } = decoded.value
  if (decoded.value.stream !== stream) return failure('other-stream', 'it is of another stream')
  if (segmentKey(digest.segment) !== segmentKey(segment)) {
    return failure('other-segment', 'it is of another segment')
  }
  if (!sameHash(merkleRoot(sha256, hashes), digest.root)) {
    return failure('list-misfit', 'its hash list does not give its root')
  }
  const statement = digestStatement(stream, digest)
  return keys.some((key) => verify(null, statement, key, digest.signature))
    ? success(decoded.value)
    : failure('signature-wrong', 'none of the keys has signed it')
}
