import type { KeyObject } from 'node:crypto'
import { readFile, readdir, rename, stat, unlink, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { decodeDigestFile, digestFileEnding, encodeDigestFile } from '../../../protocol/digest-file.js'
import type { StreamId } from '../../../protocol/ids.js'
import { segmentBytesMax } from '../../../protocol/limits.js'
import { segmentKey } from '../../../protocol/segment-key.js'
import type { DigestSigner } from '../witness/digest-signer.js'
import { readPublishedDigest } from '../witness/published-digest.js'
import { listFiles, type FolderListing, type ListedFile } from './list-files.js'
import { bytesOf, readBody } from './segment-body.js'

export interface FolderSignerParts {
  readonly playlist: string
  readonly stream: StreamId
  readonly signer: DigestSigner
  /** The public half of the signer's key. */
  readonly key: KeyObject
  readonly signed: (file: ListedFile) => void
  /** Called once for each problem. */
  readonly warned: (problem: string) => void
}

/** The end of the name of a digest's file that is being written. It begins with a dot: servers do not give it out. */
const unfinishedEnding = `${digestFileEnding}.part`
/** Problems that were told, so that each is told once. */
const toldMax = 1000

/** Keeps a signed digest beside every segment that the playlists list, and none beside a segment that is gone. */
export class FolderSigner {
  /** What is known to be signed as it is: the segment's name, its file's size and time. By the digest's path. */
  private known = new Map<string, string>()
  private readonly told = new Set<string>()

  constructor(private readonly parts: FolderSignerParts) {}

  /** Looks once, and signs what is new or has changed. Rejects if a folder cannot be written to. */
  async look(): Promise<FolderListing> {
    const listing = await listFiles(this.parts.playlist)
    for (const problem of listing.problems) this.warn(problem)
    const known = new Map<string, string>()
    for (const file of listing.files) {
      const state = await this.sign(file)
      if (state !== undefined) known.set(file.digestPath, state)
    }
    this.known = known
    for (const folder of listing.folders) await removeStale(folder)
    return listing
  }

  /** Resolves with what was signed; undefined if that is for the next look. */
  private async sign(file: ListedFile): Promise<string | undefined> {
    const { stream, signer, signed } = this.parts
    const before = await stateOf(file)
    if (before === undefined) return undefined
    if (this.known.get(file.digestPath) === before || (await this.isSigned(file))) return before
    const { size } = await stat(file.path).catch(() => ({ size: 0 }))
    if (bytesOf(file, size) > segmentBytesMax) {
      this.warn(`${basename(file.path)}: has more than ${segmentBytesMax} bytes, and gets no digest`)
      return before
    }
    const body = await readBody(file)
    // Not whole yet, replaced meanwhile, or gone.
    if (body.length === 0 || (await stateOf(file)) !== before) return undefined
    await replaceFile(file.digestPath, encodeDigestFile(signer.digest(stream, file.segment, body)))
    signed(file)
    return before
  }

  /** Whether a run before this one has signed the segment, and its file has not changed since. */
  private async isSigned({ path, digestPath, segment }: ListedFile): Promise<boolean> {
    // The time of a file that grows says nothing of its parts.
    if (segment.rangeStart !== undefined) return false
    try {
      const [written, media] = await Promise.all([stat(digestPath), stat(path)])
      if (written.mtimeMs < media.mtimeMs) return false
      const read = readPublishedDigest(await readFile(digestPath), this.parts.stream, segment, [
        this.parts.key,
      ])
      return read.ok && read.value.digest.bytes === media.size
    } catch {
      return false
    }
  }

  private warn(problem: string): void {
    if (this.told.has(problem) || this.told.size >= toldMax) return
    this.told.add(problem)
    this.parts.warned(problem)
  }
}

/** A file that is a segment changes when it does; one that holds many grows at its end. */
async function stateOf({ path, segment }: ListedFile): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile() !== true) return undefined
  const version = segment.rangeStart === undefined ? `${found.size} ${found.mtimeMs}` : ''
  return `${segmentKey(segment)} ${found.ino} ${version}`
}

/** Whoever reads sees the old file or the new one, whole. */
async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = join(
    dirname(path),
    `.${basename(path).slice(0, -digestFileEnding.length)}${unfinishedEnding}`,
  )
  await writeFile(unfinished, bytes)
  await rename(unfinished, path)
}

/** Digests of segments that the packager has deleted, and what a run that was killed left half written. */
async function removeStale(folder: string): Promise<void> {
  const names = new Set(await readdir(folder).catch(() => []))
  for (const name of names) {
    const stale = name.endsWith(unfinishedEnding)
      ? name.startsWith('.')
      : name.endsWith(digestFileEnding) && !names.has(segmentOf(name)) && (await isDigest(join(folder, name)))
    if (stale) await unlink(join(folder, name)).catch(() => undefined)
  }

  function segmentOf(name: string): string {
    const whole = name.slice(0, -digestFileEnding.length)
    return names.has(whole) ? whole : whole.replace(/\.\d+-\d+$/, '')
  }
}

/** Another program's file of such a name is left alone. */
async function isDigest(path: string): Promise<boolean> {
  const file = await readFile(path).catch(() => undefined)
  return file !== undefined && decodeDigestFile(file).ok
}
