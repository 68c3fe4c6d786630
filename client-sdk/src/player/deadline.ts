import type { HlsMedia } from './hls-player.js'

/** A hole in the buffer that hls.js plays across (its `maxBufferHole`), in seconds. */
const holeSecondsMax = 0.1

/**
 * When playback reaches a segment, on the engine's clock.
 *
 * With nothing buffered ahead of the playhead (start-up, a seek, a stall) that is now: the player waits for exactly
 * this segment. A paused player counts as playing, so that the segment is there in time when it goes on.
 *
 * @param now - engine time in milliseconds
 * @param segmentStart - where the segment begins on the media timeline, in seconds
 * @param media - the media element; absent before the page attached one
 */
export function segmentDeadline(
  now: number,
  segmentStart: number,
  media: HlsMedia | null | undefined,
): number {
  if (!media || bufferedAheadSeconds(media) <= holeSecondsMax) return now
  const rate = Math.abs(media.playbackRate) || 1
  const distanceMs = ((segmentStart - media.currentTime) / rate) * 1000
  return Number.isFinite(distanceMs) ? now + Math.max(0, distanceMs) : now
}

function bufferedAheadSeconds(media: HlsMedia): number {
  const { buffered, currentTime } = media
  for (let index = 0; index < buffered.length; index += 1) {
    const end = buffered.end(index)
    if (buffered.start(index) - holeSecondsMax <= currentTime && currentTime < end) return end - currentTime
  }
  return 0
}
