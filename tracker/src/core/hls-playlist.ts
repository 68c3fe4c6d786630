import type { RenditionId } from '../../../protocol/ids.js'
import { audioRenditionId, bareRenditionId, variantRenditionId } from '../../../protocol/rendition-id.js'
import { isSegmentIdentity, type SegmentIdentity } from '../../../protocol/segment-key.js'

/** A rendition that a multivariant playlist lists. The URI is as it stands there. */
export interface ListedRendition {
  readonly rendition: RenditionId
  readonly uri: string
}

/** A segment of a media playlist, named as every viewer names it. */
export interface ListedSegment {
  readonly segment: SegmentIdentity
  readonly uri: string
  readonly durationMs: number
}

export interface MediaPlaylist {
  readonly kind: 'media'
  /** No EXT-X-ENDLIST: there will be more. */
  readonly live: boolean
  readonly targetMs: number
  /** Oldest first; without gaps. */
  readonly segments: readonly ListedSegment[]
}

export type HlsPlaylist =
  MediaPlaylist | { readonly kind: 'multivariant'; readonly renditions: readonly ListedRendition[] }

/** What is read of a playlist: a day of 2 s segments, which is more than anybody lists. */
const segmentsMax = 43_200
const renditionsMax = 64

/**
 * Reads a playlist as hls.js does, as far as the names of its segments depend on it. Undefined for what is none: a
 * proxy's error page, for instance. Never throws, and takes a time in proportion to the text.
 */
export function readHlsPlaylist(
  text: string,
  rendition: RenditionId = bareRenditionId,
): HlsPlaylist | undefined {
  if (!text.startsWith('#EXTM3U')) return undefined
  const lines = text.split('\n').map((line) => line.trim())
  return lines.some((line) => line.startsWith('#EXT-X-STREAM-INF:'))
    ? readMultivariant(lines)
    : readMedia(lines, rendition)
}

function readMultivariant(lines: readonly string[]): HlsPlaylist {
  const uris = new Map<RenditionId, string>()
  for (const [index, line] of lines.entries()) {
    if (uris.size >= renditionsMax) break
    const [name, attributes] = tagOf(line)
    const listed =
      name === 'EXT-X-STREAM-INF' || name === 'EXT-X-MEDIA' ? attributesOf(attributes) : undefined
    if (listed === undefined) continue
    const isAudio = name === 'EXT-X-MEDIA'
    const uri = isAudio ? (listed['URI'] ?? '') : (lines.slice(index + 1).find((next) => isUri(next)) ?? '')
    if (uri === '' || (isAudio && listed['TYPE'] !== 'AUDIO')) continue
    const rendition = isAudio ? audioRenditionId(listed) : variantRenditionId(listed)
    if (!uris.has(rendition)) uris.set(rendition, uri)
  }
  return { kind: 'multivariant', renditions: [...uris].map(([rendition, uri]) => ({ rendition, uri })) }
}

/** What the tags before a URI say of it, and what carries over from one segment to the next. */
interface Reading {
  sequence: number
  discontinuity: number
  durationMs: number
  gap: boolean
  range: { readonly start: number | undefined; readonly length: number } | undefined
  rangeEnd: number
}

function readMedia(lines: readonly string[], rendition: RenditionId): HlsPlaylist {
  const segments: ListedSegment[] = []
  let targetMs = 0
  let live = true
  let countsDiscontinuities = false
  const reading: Reading = {
    sequence: 0,
    discontinuity: 0,
    durationMs: 0,
    gap: false,
    range: undefined,
    rangeEnd: 0,
  }
  for (const line of lines) {
    const [name, value] = tagOf(line)
    if (name === 'EXT-X-ENDLIST') live = false
    else if (name === 'EXT-X-TARGETDURATION') targetMs = milliseconds(value)
    else if (name === 'EXT-X-MEDIA-SEQUENCE') reading.sequence = Number(value)
    else if (name === 'EXT-X-DISCONTINUITY-SEQUENCE') {
      countsDiscontinuities = true
      reading.discontinuity = Number(value)
    } else if (name === 'EXT-X-DISCONTINUITY') reading.discontinuity += 1
    else if (name === 'EXTINF') reading.durationMs = milliseconds(value)
    else if (name === 'EXT-X-GAP') reading.gap = true
    else if (name === 'EXT-X-BYTERANGE') reading.range = byteRangeOf(value)
    else if (isUri(line) && segments.length < segmentsMax) readSegment(line, rendition, reading, segments)
  }
  // Where viewers cannot agree on the discontinuity sequence, it is left out of the name: see segment-identity.ts.
  const named =
    live && !countsDiscontinuities
      ? segments.map((each) => ({ ...each, segment: { ...each.segment, discontinuity: 0 } }))
      : segments
  return { kind: 'media', live, targetMs, segments: named }
}

function readSegment(uri: string, rendition: RenditionId, reading: Reading, segments: ListedSegment[]): void {
  const { sequence, discontinuity, durationMs, range, gap } = reading
  let segment: SegmentIdentity = { rendition, discontinuity, sequence }
  if (range !== undefined) {
    const rangeStart = range.start ?? reading.rangeEnd
    reading.rangeEnd = rangeStart + range.length
    segment = { ...segment, rangeStart, rangeEnd: reading.rangeEnd }
  }
  if (!gap && isSegmentIdentity(segment)) segments.push({ segment, uri, durationMs })
  reading.sequence += 1
  reading.gap = false
  reading.range = undefined
}

function isUri(line: string): boolean {
  return line !== '' && !line.startsWith('#')
}

function tagOf(line: string): readonly [name: string, value: string] {
  if (!line.startsWith('#')) return ['', '']
  const colon = line.indexOf(':')
  return colon === -1 ? [line.slice(1), ''] : [line.slice(1, colon), line.slice(colon + 1)]
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {}
  for (const [, name = '', quoted, plain] of text.matchAll(/([A-Z0-9-]+)=(?:"([^"]*)"|([^",]*))/g)) {
    attributes[name] = quoted ?? plain ?? ''
  }
  return attributes
}

function byteRangeOf(text: string): Reading['range'] {
  const [length, start] = text.split('@')
  return { length: Number(length), start: start === undefined ? undefined : Number(start) }
}

function milliseconds(seconds: string): number {
  const value = Number.parseFloat(seconds) * 1000
  return Number.isFinite(value) && value > 0 ? value : 0
}
