import { blockCount } from './block.js'
import { ByteReader } from './byte-reader.js'
import { ByteWriter } from './byte-writer.js'
import type { StreamId } from './ids.js'
import { streamIdLengthMax } from './ids.js'
import { segmentBytesMax } from './limits.js'
import { hashBytes } from './merkle-tree.js'
import { failure, success, type Result } from './result.js'
import { readSegment, writeSegment } from './segment-bytes.js'
import type { SegmentIdentity } from './segment-key.js'
import { signatureBytes, type HashList, type SignedDigest } from './segment-digest.js'

/** What a publisher writes beside a segment, as `<segment file>.digest`: a signed digest with its stream and hash list. */
export interface DigestFile {
  readonly stream: StreamId
  readonly digest: SignedDigest
  readonly hashes: HashList
}

/** The first bytes of the file: a name, and a version. */
const fileTag = 'prismesh-digest-file-1'

/** The end of the name of every digest's file. */
export const digestFileEnding = '.digest'

/** The name of the file beside a segment's; where the segment is a part of a file, the part's range stands in it. */
export function digestFileName(name: string, { rangeStart, rangeEnd }: SegmentIdentity): string {
  return `${name}${rangeStart === undefined ? '' : `.${rangeStart}-${rangeEnd}`}${digestFileEnding}`
}

export type DigestFileCode = 'no-digest-file' | 'truncated' | 'out-of-range'

export function encodeDigestFile({ stream, digest, hashes }: DigestFile): Uint8Array {
  const writer = new ByteWriter().ascii(fileTag).utf16(stream)
  writeSegment(writer, digest.segment).u32(digest.bytes).bytes(digest.root).bytes(digest.signature)
  for (const hash of hashes) writer.bytes(hash)
  return writer.finish()
}

/** Reads a digest's file. Never throws; whether root, list and signature belong together is for the caller to check. */
export function decodeDigestFile(file: Uint8Array): Result<DigestFile, DigestFileCode> {
  const reader = new ByteReader(file)
  if (reader.ascii() !== fileTag) return failure('no-digest-file', 'the file does not begin as a digest does')
  const stream = reader.utf16(streamIdLengthMax) as StreamId
  const segment = readSegment(reader)
  const bytes = reader.u32()
  if (!reader.intact) return failure('truncated', 'the file is too short')
  const inRange = stream.length > 0 && bytes > 0 && bytes <= segmentBytesMax
  if (segment === undefined || !inRange) return failure('out-of-range', 'a field is out of its range')
  const root = reader.bytesOf(hashBytes)
  const signature = reader.bytesOf(signatureBytes)
  const hashes: Uint8Array[] = []
  const count = blockCount(bytes)
  while (hashes.length < count && reader.intact) hashes.push(reader.bytesOf(hashBytes))
  if (!reader.finished) return failure('truncated', 'the file is too short, or too long')
  return success({ stream, digest: { segment, bytes, root, signature }, hashes })
}
