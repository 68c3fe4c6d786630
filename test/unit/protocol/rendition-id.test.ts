import { equal, match, notEqual, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { isRenditionId } from '../../../protocol/ids.js'
import { audioRenditionId, variantRenditionId } from '../../../protocol/rendition-id.js'

const variant = {
  BANDWIDTH: '2500000',
  RESOLUTION: '1280x720',
  CODECS: 'avc1.64001f,mp4a.40.2',
  'FRAME-RATE': '25.000',
}
const audio = { TYPE: 'AUDIO', 'GROUP-ID': 'stereo', NAME: 'English', LANGUAGE: 'en' }

describe('rendition ids', () => {
  it('can be read by people', () => {
    match(variantRenditionId(variant), /^v-1280x720-2500k-[0-9a-f]{8}$/)
    match(audioRenditionId(audio), /^a-en-english-[0-9a-f]{8}$/)
  })

  it('stay as they are: members of different versions meet', () => {
    equal(variantRenditionId(variant), 'v-1280x720-2500k-10905640')
    equal(audioRenditionId(audio), 'a-en-english-05ae4a72')
  })

  it('do not depend on pathways, their clones or URIs', () => {
    equal(variantRenditionId({ ...variant, 'PATHWAY-ID': 'CDN-B' }), variantRenditionId(variant))
    equal(
      audioRenditionId({ ...audio, 'PATHWAY-ID': 'CDN-B', URI: 'b.m3u8?token=x' }),
      audioRenditionId(audio),
    )
    equal(audioRenditionId({ ...audio, 'GROUP-ID': 'stereo_clone_CDN-B' }), audioRenditionId(audio))
  })

  it('tell renditions apart by every attribute that describes the media', () => {
    const changed = [
      { ...variant, BANDWIDTH: '2500001' },
      { ...variant, RESOLUTION: '1280x721' },
      { ...variant, CODECS: 'hvc1.1.6.L93' },
      { ...variant, 'FRAME-RATE': '50.000' },
      { ...variant, 'VIDEO-RANGE': 'PQ' },
      { ...variant, 'STABLE-VARIANT-ID': 'x' },
    ].map(variantRenditionId)
    equal(new Set([...changed, variantRenditionId(variant)]).size, changed.length + 1)
    notEqual(audioRenditionId({ ...audio, 'GROUP-ID': 'surround' }), audioRenditionId(audio))
    notEqual(audioRenditionId({ ...audio, LANGUAGE: 'de' }), audioRenditionId(audio))
  })

  it('name a bare media playlist "main"', () => {
    equal(variantRenditionId({}), 'main')
  })

  it('are valid whatever a publisher wrote', () => {
    const text = fc.uint16Array({ maxLength: 40 }).map((units) => String.fromCharCode(...units))
    const attrs = fc.record({
      BANDWIDTH: text,
      RESOLUTION: text,
      LANGUAGE: text,
      NAME: text,
      'GROUP-ID': text,
    })
    fc.assert(
      fc.property(attrs, (written) => {
        ok(isRenditionId(variantRenditionId(written)))
        ok(isRenditionId(audioRenditionId(written)))
      }),
    )
  })
})
