import type { Delivery } from '../engine/outputs.js'
import type { LoaderTiming } from './loader-contract.js'

/**
 * What hls.js is told about a segment's times. Its bandwidth estimate chooses the quality, and must follow what the
 * CDN path sustains: a rescue has to be able to deliver what fast neighbours led the player to choose. hls.js 1.5
 * to 1.7 sample `parsing.end - loading.start - min(loading.first - loading.start, its time-to-first-byte)`, where
 * `parsing.end` is the real time at which the worker was done (abr-controller.ts, onFragBuffered). So `end` must be
 * now, whenever the bytes were really complete, and the durations before it are laid out backwards from there.
 */
export function deliveredTiming(now: number, totalBytes: number, delivery: Delivery): LoaderTiming {
  const { peerBytes, cdnBytesPerSecond, cdnFirstByteMs } = delivery
  const waitMs = Math.max(0, delivery.firstByteAt - delivery.startedAt)
  const bodyMs = Math.max(0, delivery.completedAt - delivery.firstByteAt)
  if (!cdnBytesPerSecond) return layOut(now, waitMs, bodyMs)
  const cdnWaitMs = cdnFirstByteMs ?? 0
  const cdnBodyMs = (totalBytes / cdnBytesPerSecond) * 1000
  if (peerBytes > 0) return layOut(now, cdnWaitMs, cdnBodyMs)
  // From the CDN alone, but perhaps after a wait for neighbours that gave nothing, or in ranges with pauses between
  // them: neither is the CDN's doing, and neither can make it look faster than it is.
  return layOut(now, Math.min(waitMs, cdnFirstByteMs ?? waitMs), Math.min(bodyMs, cdnBodyMs))
}

function layOut(end: number, waitMs: number, bodyMs: number): LoaderTiming {
  return { start: end - bodyMs - waitMs, first: end - bodyMs, end }
}

/**
 * When the first byte of a segment still under way "came", so that its rate so far reads as the CDN's.
 *
 * hls.js gives up a segment when `remaining bytes / rate so far` exceeds what is buffered (abr-controller.ts,
 * _abandonRulesCheck). Read literally, a segment of which neighbours sent a tenth and which waits for the rest,
 * with a rescue still to come, looks hopelessly slow. With the CDN's rate in place of the rate so far the rule
 * becomes the one that it is meant to be: give up when the missing bytes could not come from the CDN in time. The
 * request's own start stays real, since the rule only begins to look after half a segment's duration.
 *
 * Without an estimate, or with nothing loaded, it is the real time (0 when there is none): hls.js then reckons with
 * its own estimate for the whole segment.
 */
export function pacedFirstByteAt(
  now: number,
  start: number,
  loadedBytes: number,
  realFirstByteAt: number,
  cdnBytesPerSecond: number | undefined,
): number {
  if (loadedBytes === 0 || !cdnBytesPerSecond) return realFirstByteAt
  return Math.max(start, now - (loadedBytes / cdnBytesPerSecond) * 1000)
}

/** Bits per second, as hls.js's own loaders compute it. */
export function bitsPerSecond(totalBytes: number, timing: LoaderTiming): number {
  return (totalBytes * 8000) / (timing.end - timing.first)
}
