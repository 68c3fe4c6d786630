import { ByteWriter } from './byte-writer.js'
import type { RenditionId, StreamId } from './ids.js'
import { playlistLengthSharedMax, playlistTailLengthMax } from './limits.js'
import { sameHash, type Sha256 } from './merkle-tree.js'

/**
 * What a live media playlist has come to, said in so few bytes that the playlist's length does not matter: whoever has an
 * earlier text of it makes the new one out of that, and the hash says whether it is the origin's. Nobody's lines take the
 * place of lines that one's own CDN gave.
 */
export interface PlaylistEdge {
  readonly rendition: RenditionId
  /** Media sequence numbers of the oldest and the newest segment listed. */
  readonly first: number
  readonly last: number
  /** The lines of the newest segments as they end the text, at most 1024 characters. */
  readonly tail: string
  /** SHA-256 of the whole text, written as in the statement: 32 bytes. */
  readonly hash: Uint8Array
}

/** An edge, and the Ed25519 signature of its statement, 64 bytes. */
export interface SignedPlaylistEdge extends PlaylistEdge {
  readonly signature: Uint8Array
}

/** A media playlist taken apart. Its text is `head` and the segments one after the other. */
export interface MediaText {
  /** All that stands before the lines of the first segment. */
  readonly head: string
  /** Media sequence number of the first segment. */
  readonly first: number
  /** The lines of each segment, the last of them its URI. At least one. */
  readonly segments: readonly string[]
}

/** Begins every statement: see {@link digestStatement}. */
const statementTag = 'prismesh-playlist-1'
/** Segments in a tail, so that who missed an edge or two, or looked in between, can follow. */
const tailSegments = 3
const sequenceTag = /^#EXT-X-MEDIA-SEQUENCE:(\d{1,15})[ \t\r]*$/m
const firstSegmentTag = /^#(?:EXTINF|EXT-X-PROGRAM-DATE-TIME|EXT-X-BYTERANGE):/m
/** Lines that say nothing of any other segment, and end nothing. All else is heard from one's own CDN. */
const plainLine = /^(?:#(?:EXTINF|EXT-X-PROGRAM-DATE-TIME|EXT-X-BYTERANGE|EXT-X-BITRATE):|[^#\s])/

/** The bytes that are signed. */
export function playlistEdgeStatement(stream: StreamId, edge: PlaylistEdge): Uint8Array {
  return writePlaylistEdge(new ByteWriter().ascii(statementTag).utf16(stream), edge).finish()
}

export function writePlaylistEdge(
  writer: ByteWriter,
  { rendition, first, last, tail, hash }: PlaylistEdge,
): ByteWriter {
  return writer.ascii(rendition).u53(first).u53(last).utf16(tail).bytes(hash)
}

/** Undefined for what is no media playlist, is too long, or has lines after its last segment: an end, parts. */
export function readMediaText(text: string): MediaText | undefined {
  if (text.length > playlistLengthSharedMax) return undefined
  const headEnds = text.search(firstSegmentTag)
  const head = text.slice(0, Math.max(headEnds, 0))
  const sequence = sequenceTag.exec(head)?.[1]
  const segments = splitSegments(text.slice(headEnds))
  return sequence && segments.length > 0 ? { head, first: Number(sequence), segments } : undefined
}

/** The last media sequence number of a playlist. */
export function lastOf({ first, segments }: MediaText): number {
  return first + segments.length - 1
}

export function textOf({ head, segments }: MediaText): string {
  return head + segments.join('')
}

/** The edge of a live playlist; undefined for one that everybody is to poll. */
export function playlistEdgeOf(
  sha256: Sha256,
  rendition: RenditionId,
  text: string,
): PlaylistEdge | undefined {
  const playlist = readMediaText(text)
  if (playlist === undefined) return undefined
  let tail = ''
  for (const segment of playlist.segments.slice(-tailSegments).toReversed()) {
    if (!isPlain(segment) || segment.length + tail.length > playlistTailLengthMax) break
    tail = segment + tail
  }
  if (tail === '') return undefined
  return { rendition, first: playlist.first, last: lastOf(playlist), tail, hash: hashOf(sha256, text) }
}

/**
 * What an edge stands for, made of an earlier state of the same playlist. Undefined where the edge says nothing new,
 * where the two have no segment in common or a segment between them is not known, and where anything in the earlier state is
 * not as in the new one: a token in a URI, another advertisement, a key.
 */
export function followEdge(sha256: Sha256, own: MediaText, edge: PlaylistEdge): MediaText | undefined {
  const { first, last, tail, hash } = edge
  const told = splitSegments(tail)
  const news = last - lastOf(own)
  const gone = first - own.first
  if (news < 1 || news > told.length || gone < 0 || gone >= own.segments.length) return undefined
  const added = told.slice(-news)
  const head = own.head.replace(sequenceTag, (line) => line.replace(/\d+/, String(first)))
  const made = { head, first, segments: [...own.segments.slice(gone), ...added] }
  return added.every(isPlain) && sameHash(hashOf(sha256, textOf(made)), hash) ? made : undefined
}

/** None when anything but empty lines follows the last URI. */
function splitSegments(text: string): string[] {
  const segments: string[] = []
  let lines = ''
  for (const line of linesOf(text)) {
    lines += line
    if (/^[#\s]/.test(line)) continue
    segments.push(lines)
    lines = ''
  }
  return lines.trim() === '' ? segments : []
}

function isPlain(segment: string): boolean {
  return linesOf(segment).every((line) => plainLine.test(line))
}

/** With their ends. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

function hashOf(sha256: Sha256, text: string): Uint8Array {
  return sha256(new ByteWriter().utf16(text).finish())
}
