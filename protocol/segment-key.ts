import { isRenditionId, type RenditionId } from './ids.js'

/**
 * What a segment is, independent of any URL: two viewers whose URLs carry different tokens or hosts name the
 * same bytes alike. Sequence numbers are those of the playlist (RFC 8216, sections 4.3.3.2 and 4.3.3.3).
 */
export interface SegmentIdentity {
  readonly rendition: RenditionId
  /** Discontinuity sequence number, a non-negative integer. */
  readonly discontinuity: number
  /** Media sequence number, a non-negative integer. */
  readonly sequence: number
  /** First byte within the resource, for EXT-X-BYTERANGE segments; absent for whole resources. */
  readonly rangeStart?: number
  /** Byte after the last one. Present exactly when `rangeStart` is. */
  readonly rangeEnd?: number
}

/** A {@link SegmentIdentity} as text, usable as a map key: `rendition/discontinuity/sequence[/start-end]`. */
export type SegmentKey = string & { readonly brand: 'SegmentKey' }

export function segmentKey(segment: SegmentIdentity): SegmentKey {
  const place = segment.sequence & (remembered - 1)
  const known = lately[place]
  if (known !== undefined && sameSegment(known.segment, segment)) return known.key
  const key = keyText(segment)
  lately[place] = { segment, key }
  return key
}

/**
 * Members speak of the same few segments hundreds of times a second: making a text each time, and hashing it for a map,
 * took a tenth of the engine's time. A power of two.
 */
const remembered = 64
const lately: ({ readonly segment: SegmentIdentity; readonly key: SegmentKey } | undefined)[] = new Array(
  remembered,
).fill(undefined)

function sameSegment(a: SegmentIdentity, b: SegmentIdentity): boolean {
  if (a === b) return true
  return (
    a.sequence === b.sequence &&
    a.discontinuity === b.discontinuity &&
    a.rendition === b.rendition &&
    a.rangeStart === b.rangeStart &&
    a.rangeEnd === b.rangeEnd
  )
}

function keyText(segment: SegmentIdentity): SegmentKey {
  const base = `${segment.rendition}/${segment.discontinuity}/${segment.sequence}`
  const range = segment.rangeStart === undefined ? '' : `/${segment.rangeStart}-${segment.rangeEnd}`
  return (base + range) as SegmentKey
}

/** True when every number is one that a playlist can hold and the byte range, if any, is not empty. */
export function isSegmentIdentity(segment: SegmentIdentity): boolean {
  const { rendition, discontinuity, sequence, rangeStart, rangeEnd } = segment
  if (!isRenditionId(rendition)) return false
  if (!isCount(discontinuity) || !isCount(sequence)) return false
  if (rangeStart === undefined) return rangeEnd === undefined
  return rangeEnd !== undefined && isCount(rangeStart) && isCount(rangeEnd) && rangeEnd > rangeStart
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}
