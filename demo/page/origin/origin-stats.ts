import { fieldOf } from './json-over-http.js'

/** What the origin sent for one segment; its own count, not the viewers' word. */
export interface SegmentTraffic {
  readonly stream: string
  readonly rendition: string
  readonly sequence: number
  readonly requests: number
  /** Bytes sent for the segment, divided by its size. */
  readonly copies: number
}

/** The part of the origin's statistics that this page shows. */
export interface OriginStats {
  /** Copies per segment over those nobody will ask for any more; undefined before the first of them. */
  readonly rollingCopies: number | undefined
  /** Beside them, those of the tracker's witness. */
  readonly rollingWitnessCopies: number | undefined
  readonly segments: readonly SegmentTraffic[]
}

/** Reads the origin's answer, and takes what it understands of another server's. */
export function readOriginStats(json: unknown): OriginStats {
  const rolling = fieldOf(fieldOf(json, 'rolling'), 'copies')
  const witness = fieldOf(fieldOf(json, 'rolling'), 'witnessCopies')
  const segments = fieldOf(json, 'segments')
  return {
    rollingCopies: typeof rolling === 'number' ? rolling : undefined,
    rollingWitnessCopies: typeof witness === 'number' ? witness : undefined,
    segments: (Array.isArray(segments) ? segments : []).flatMap(readSegment),
  }
}

function readSegment(json: unknown): SegmentTraffic[] {
  const [sequence, copies, requests] = ['sequence', 'copies', 'requests'].map((name) => fieldOf(json, name))
  if (typeof sequence !== 'number' || typeof copies !== 'number') return []
  const [stream, rendition] = [fieldOf(json, 'stream'), fieldOf(json, 'rendition')]
  return [
    {
      stream: typeof stream === 'string' ? stream : '',
      rendition: typeof rendition === 'string' ? rendition : '',
      sequence,
      copies,
      requests: typeof requests === 'number' ? requests : 0,
    },
  ]
}
