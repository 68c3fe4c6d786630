/** What is known of a live playlist when the next look at it is to be decided. */
export interface PlaylistState {
  /** When a new segment was seen last. */
  readonly changedAt: number
  /** When the look before that was: the segment was born in between. */
  readonly lookedBefore: number
  /** How long the newest segment is: the next is born about so much later. */
  readonly segmentMs: number
  /** Looks in a row that failed. */
  readonly failures: number
}

/** A segment is seen this long after its birth at most, once its time has come. */
const pollMs = 150
/** Looks begin this long before the time: the last birth was up to a look earlier than seen, and packagers are no clocks. */
const earlyMs = 200
/** A playlist that is this many segments late has stopped for a while, and is looked at once a segment. */
const lateSegments = 3
const failurePauseMs = 500
const failurePauseMsMax = 8000

/** When to look at the playlist next: densely around the birth of a segment, and not at all between two. */
export function nextPollAt(
  now: number,
  { changedAt, lookedBefore, segmentMs, failures }: PlaylistState,
): number {
  if (failures > 0) return now + Math.min(failurePauseMs * 2 ** (failures - 1), failurePauseMsMax)
  const bornAt = changedAt + segmentMs
  if (now > bornAt + lateSegments * segmentMs) return now + Math.max(segmentMs, pollMs)
  // Seen at the first look, or after a pause: its birth may be long ago.
  const isExact = changedAt - lookedBefore <= 3 * pollMs
  return isExact ? Math.max(bornAt - earlyMs, now + pollMs) : now + pollMs
}
