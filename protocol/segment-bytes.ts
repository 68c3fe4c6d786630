import type { ByteReader } from './byte-reader.js'
import type { ByteWriter } from './byte-writer.js'
import type { RenditionId } from './ids.js'
import { isSegmentIdentity, type SegmentIdentity } from './segment-key.js'

/** A segment's identity as bytes: rendition, then four numbers, of which the last two are 0 for a whole resource. */
export function writeSegment(writer: ByteWriter, segment: SegmentIdentity): ByteWriter {
  writer.ascii(segment.rendition).u53(segment.discontinuity).u53(segment.sequence)
  return writer.u53(segment.rangeStart ?? 0).u53(segment.rangeEnd ?? 0)
}

/** Undefined when what was read names no segment. */
export function readSegment(reader: ByteReader): SegmentIdentity | undefined {
  const rendition = reader.ascii() as RenditionId
  const discontinuity = reader.u53()
  const sequence = reader.u53()
  const rangeStart = reader.u53()
  const rangeEnd = reader.u53()
  const whole = { rendition, discontinuity, sequence }
  const segment = rangeStart === 0 && rangeEnd === 0 ? whole : { ...whole, rangeStart, rangeEnd }
  return isSegmentIdentity(segment) ? segment : undefined
}
