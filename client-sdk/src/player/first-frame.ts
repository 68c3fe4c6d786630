import type { HlsMedia } from './hls-player.js'

/** `HAVE_CURRENT_DATA` of HTMLMediaElement.readyState: there is a frame to show. */
const haveCurrentData = 2

/**
 * Calls `decoded` when the element has its first frame, at once if it has one. Returns what takes the listener back;
 * undefined where that cannot be heard of.
 */
export function watchFirstFrame(media: HlsMedia | null, decoded: () => void): (() => void) | undefined {
  if (media?.addEventListener === undefined || media.readyState === undefined) return undefined
  if (media.readyState >= haveCurrentData) {
    decoded()
    return () => {}
  }
  media.addEventListener('loadeddata', decoded)
  return () => media.removeEventListener?.('loadeddata', decoded)
}
