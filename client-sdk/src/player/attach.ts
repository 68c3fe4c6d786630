import type { Clock } from '../ports/clock.js'
import type { HlsSettings } from './hls-player.js'
import type { LoaderClass } from './loader-contract.js'
import type { SegmentDesk } from './segment-desk.js'
import { segmentLoaderClass } from './segment-loader.js'

/** The segment loader that hls.js would use without Prismesh: the site's own, or the default one. */
export function originalLoader(settings: HlsSettings): LoaderClass {
  return (settings.fLoader ?? settings.loader) as LoaderClass
}

/**
 * Puts the SDK's loader into an hls.js instance, which reads `config.fLoader` anew for every segment. Returns what
 * takes it out again, and puts back exactly what was there. If somebody wrapped ours meanwhile theirs stays: ours
 * then passes everything through, since its desk takes no more orders.
 */
export function installSegmentLoader(settings: HlsSettings, desk: SegmentDesk, clock: Clock): () => void {
  const hadOwn = Object.hasOwn(settings, 'fLoader')
  const previous = settings.fLoader
  const ours = segmentLoaderClass(originalLoader(settings), desk, clock)
  settings.fLoader = ours
  return () => {
    if (settings.fLoader !== ours) return
    if (hadOwn) settings.fLoader = previous
    else delete settings.fLoader
  }
}
