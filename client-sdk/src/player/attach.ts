import type { Clock } from '../ports/clock.js'
import type { HlsSettings } from './hls-player.js'
import { installLoader } from './install-loader.js'
import type { LoaderClass } from './loader-contract.js'
import type { SegmentDesk } from './segment-desk.js'
import { segmentLoaderClass } from './segment-loader.js'

/** The segment loader that hls.js would use without Prismesh: the site's own, or the default one. */
export function originalLoader(settings: HlsSettings): LoaderClass {
  return (settings.fLoader ?? settings.loader) as LoaderClass
}

/** Puts the SDK's loader of segments into an hls.js instance; returns what takes it out again. */
export function installSegmentLoader(settings: HlsSettings, desk: SegmentDesk, clock: Clock): () => void {
  return installLoader(settings, 'fLoader', segmentLoaderClass(originalLoader(settings), desk, clock))
}
