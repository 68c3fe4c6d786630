/**
 * Which segments a live stream made of an endless loop offers at a given moment.
 *
 * Segment `n` holds what was "filmed" from `n` to `n + 1` segment lengths after the epoch, so the numbering
 * follows from the wall clock alone: a restarted origin, or a second one beside it, continues the same stream.
 */

/** The shape of the stream; times in milliseconds, counts in segments. */
export interface Timeline {
  readonly segmentMs: number
  /** Segments in one pass of the loop. */
  readonly loopSegments: number
  /** Segments a playlist lists. */
  readonly windowSegments: number
  /** Segments still served after they left the playlist: a player may have read it just before. */
  readonly graceSegments: number
  /**
   * Discontinuities not counted, see {@link discontinuityBase}. hls.js keeps an array as long as the discontinuity
   * sequence is high and walks it at every reload: counted from 1970, it took 97 % of a viewer's main thread.
   */
  readonly discontinuityBase: number
}

export interface TimelineSegment {
  /** Media sequence number. */
  readonly sequence: number
  /** Which segment of the loop it is. */
  readonly loopIndex: number
  /** Wall-clock time of its first frame. */
  readonly startsAtMs: number
  /** True where the loop starts over: timestamps jump back, so the playlist marks a discontinuity. */
  readonly discontinuity: boolean
}

export interface TimelineWindow {
  readonly mediaSequence: number
  /** EXT-X-DISCONTINUITY-SEQUENCE: the discontinuities that have left the playlist. */
  readonly discontinuitySequence: number
  readonly segments: readonly TimelineSegment[]
}

/**
 * The discontinuities that lie before the UTC day on which an origin starts: small numbers, and the same ones for
 * all origins started on one day, so that a restart continues the stream.
 */
export function discontinuityBase(loopMs: number, startedAtMs: number): number {
  const dayMs = 86_400_000
  const dayStartMs = Math.floor(startedAtMs / dayMs) * dayMs
  // The window at midnight reaches back into the day before; one day of margin keeps the sequence positive.
  return Math.floor((dayStartMs - dayMs) / loopMs)
}

/** The newest segment whose last frame has been encoded at `nowMs`. */
export function newestSequence(timeline: Timeline, nowMs: number): number {
  return Math.floor(nowMs / timeline.segmentMs) - 1
}

/** The segments a playlist lists at `nowMs`. */
export function windowAt(timeline: Timeline, nowMs: number): TimelineWindow {
  const newest = newestSequence(timeline, nowMs)
  const first = newest - timeline.windowSegments + 1
  const segments = Array.from({ length: timeline.windowSegments }, (_, index) =>
    segmentOf(timeline, first + index),
  )
  return {
    mediaSequence: first,
    // A discontinuity before the first segment listed is still in the playlist, hence the `first - 1`.
    discontinuitySequence: Math.floor((first - 1) / timeline.loopSegments) - timeline.discontinuityBase,
    segments,
  }
}

/** True for a segment in the playlist or in the grace after it. */
export function isServed(timeline: Timeline, nowMs: number, sequence: number): boolean {
  const newest = newestSequence(timeline, nowMs)
  return sequence <= newest && sequence > newest - timeline.windowSegments - timeline.graceSegments
}

export function segmentOf(timeline: Timeline, sequence: number): TimelineSegment {
  const loopIndex = sequence % timeline.loopSegments
  return { sequence, loopIndex, startsAtMs: sequence * timeline.segmentMs, discontinuity: loopIndex === 0 }
}
