import { ratesOf, type Variant } from '../playlist/multivariant-playlist.js'
import type { LoopRendition, MediaLoop } from './media-loop.js'

/** A rendition of the loop as a multivariant playlist lists it. */
export function variantOf(
  loop: MediaLoop,
  rendition: LoopRendition,
  uri = `${rendition.name}.m3u8`,
): Variant {
  const { codecs, width, height, frameRate, segments } = rendition
  const sizes = segments.map((segment) => segment.length)
  return { uri, codecs, width, height, frameRate, ...ratesOf(sizes, loop.segmentSeconds) }
}

/** The worst rendition: the one whose bytes the smaller fixtures are made of. */
export function lowestRendition(loop: MediaLoop): LoopRendition {
  const lowest = loop.renditions.at(-1)
  if (!lowest) throw new Error('the loop has no renditions')
  return lowest
}
