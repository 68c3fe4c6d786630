import type { KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import type { StreamId } from '../../../protocol/ids.js'
import { sameHash } from '../../../protocol/merkle-tree.js'
import { digestOf } from '../../../protocol/segment-digest.js'
import { sha256 } from '../witness/digest-signer.js'
import { readPublishedDigest } from '../witness/published-digest.js'
import { listFiles, type ListedFile } from './list-files.js'
import { readBody } from './segment-body.js'

export interface FolderVerdict {
  readonly right: number
  /** A line for each segment whose digest is missing or wrong. */
  readonly problems: readonly string[]
}

/** Checks the digest of every segment that the playlists list now against the segment's bytes and the keys. */
export async function verifyFolder(
  playlist: string,
  stream: StreamId,
  keys: readonly KeyObject[],
): Promise<FolderVerdict> {
  const { files, problems } = await listFiles(playlist)
  const lines = [...problems]
  let right = 0
  for (const file of files) {
    const problem = await problemOf(file, stream, keys)
    if (problem === undefined) right += 1
    else lines.push(`${relative(dirname(playlist), file.digestPath)}: ${problem}`)
  }
  return { right, problems: lines }
}

async function problemOf(
  file: ListedFile,
  stream: StreamId,
  keys: readonly KeyObject[],
): Promise<string | undefined> {
  const written = await readFile(file.digestPath).catch(() => undefined)
  if (written === undefined) return 'is not there'
  const read = readPublishedDigest(written, stream, file.segment, keys)
  if (!read.ok) return `${read.detail} (${read.code})`
  const body = await readBody(file)
  if (body.length === 0) return 'its segment is not there'
  const { digest } = digestOf(sha256, file.segment, body)
  return sameHash(digest.root, read.value.digest.root) && digest.bytes === read.value.digest.bytes
    ? undefined
    : "is not that of the segment's bytes"
}
