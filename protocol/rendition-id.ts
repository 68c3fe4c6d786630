import { audioRenditionPrefix, isRenditionId, type RenditionId } from './ids.js'

/**
 * Names a rendition alike for all viewers: from the attributes that its publisher wrote about it, and never from
 * URLs, hosts, content steering pathways or positions in a list, which differ between viewers (tokens, CDNs,
 * variants that a browser cannot play and hls.js leaves out).
 */
const variantAttributes = [
  'STABLE-VARIANT-ID',
  'BANDWIDTH',
  'AVERAGE-BANDWIDTH',
  'RESOLUTION',
  'CODECS',
  'SUPPLEMENTAL-CODECS',
  'FRAME-RATE',
  'VIDEO-RANGE',
] as const

const audioAttributes = [
  'STABLE-RENDITION-ID',
  'GROUP-ID',
  'NAME',
  'LANGUAGE',
  'ASSOC-LANGUAGE',
  'CHANNELS',
  'CHARACTERISTICS',
] as const

/** A media playlist that no multivariant playlist leads to: there is only one, and nothing to tell it from. */
export const bareRenditionId = 'main' as RenditionId

/** Of a level's attributes. Readable first, then a hash of everything: `v-1280x720-2500k-1f0c9a3b`. */
export function variantRenditionId(attrs: object): RenditionId {
  const bandwidth = attribute(attrs, 'BANDWIDTH')
  if (bandwidth === '') return bareRenditionId
  const kilobits = `${Math.round(Number(bandwidth) / 1000)}k`
  return compose('v', [attribute(attrs, 'RESOLUTION'), kilobits], attrs, variantAttributes)
}

/** Of an audio track's attributes: `a-en-stereo-9d3f00c1`. */
export function audioRenditionId(attrs: object): RenditionId {
  return compose(
    audioRenditionPrefix,
    [attribute(attrs, 'LANGUAGE'), attribute(attrs, 'NAME')],
    attrs,
    audioAttributes,
  )
}

function compose(
  prefix: string,
  readable: readonly string[],
  attrs: object,
  identifying: readonly string[],
): RenditionId {
  const words = readable.map(asciiWord).filter((word) => word !== '')
  const subject = identifying.map((name) => `${name}=${attribute(attrs, name)}`).join('\n')
  const id = [prefix, ...words, hash(`${prefix}\n${subject}`)].join('-')
  if (!isRenditionId(id)) throw new Error(`"${id}" is not a rendition id`)
  return id
}

/** hls.js appends the pathway's name to the groups of a cloned pathway (content-steering-controller.ts). */
function attribute(attrs: object, name: string): string {
  const value = (attrs as Readonly<Record<string, unknown>>)[name]
  if (typeof value !== 'string' && typeof value !== 'number') return ''
  return name === 'GROUP-ID' ? String(value).replace(/_clone_.*$/, '') : String(value)
}

/** At most 16 characters, so that the whole id stays far below the 64 that the wire allows. */
function asciiWord(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^0-9a-z]+/g, '')
    .slice(0, 16)
}

/** FNV-1a, 32 bits: a stream has some ten renditions, and a stranger gains nothing from a collision. */
function hash(text: string): string {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  }
  return (value >>> 0).toString(16).padStart(8, '0')
}
