import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { RenditionId } from '../../../protocol/ids.js'
import { isSegmentIdentity, segmentKey, type SegmentIdentity } from '../../../protocol/segment-key.js'
import { segments } from './wire-arbitraries.js'

const whole: SegmentIdentity = { rendition: 'v1' as RenditionId, discontinuity: 0, sequence: 7 }

describe('a segment key', () => {
  it('is the same for the same segment, and different for any other', () => {
    fc.assert(
      fc.property(segments, segments, (a, b) => {
        assert.equal(segmentKey(a), segmentKey({ ...a }))
        const same = JSON.stringify(a) === JSON.stringify(b)
        assert.equal(segmentKey(a) === segmentKey(b), same)
      }),
      { seed: 1, numRuns: 2000 },
    )
  })

  it('tells near neighbours apart: other rendition, discontinuity, sequence, range, renditions with slashes', () => {
    const near: SegmentIdentity[] = [
      whole,
      { ...whole, sequence: 8 },
      { ...whole, discontinuity: 7, sequence: 0 },
      { ...whole, rendition: 'v1/0' as RenditionId, discontinuity: 7 },
      { ...whole, rendition: 'v' as RenditionId, discontinuity: 10 },
      { ...whole, discontinuity: 1, sequence: 7 },
      { ...whole, rangeStart: 0, rangeEnd: 100 },
      { ...whole, rangeStart: 0, rangeEnd: 1000 },
      { ...whole, rangeStart: 100, rangeEnd: 200 },
    ]
    assert.equal(new Set(near.map(segmentKey)).size, near.length)
  })

  it('a rendition with slashes never makes two segments one', () => {
    const pieces = fc.constantFrom('a', '/', '0', '1', '-', '/0/1')
    const tricky = fc
      .array(pieces, { minLength: 1, maxLength: 6 })
      .map((parts) => parts.join('') as RenditionId)
    const small = fc.nat(2)
    const identities: fc.Arbitrary<SegmentIdentity> = fc
      .tuple(tricky, small, small, fc.option(fc.tuple(small, fc.integer({ min: 3, max: 5 }))))
      .map(([rendition, discontinuity, sequence, range]) => ({
        rendition,
        discontinuity,
        sequence,
        ...(range === null ? {} : { rangeStart: range[0], rangeEnd: range[1] }),
      }))
    fc.assert(
      fc.property(
        fc.uniqueArray(identities, { maxLength: 60, selector: (each) => JSON.stringify(each) }),
        (all) => {
          assert.equal(new Set(all.map(segmentKey)).size, all.length)
        },
      ),
      { seed: 2, numRuns: 300 },
    )
  })
})

describe('a segment identity', () => {
  it('generated in range is one', () => {
    fc.assert(
      fc.property(segments, (segment) => assert.ok(isSegmentIdentity(segment))),
      { seed: 3, numRuns: 300 },
    )
  })

  const wrong: Record<string, SegmentIdentity> = {
    'a negative sequence': { ...whole, sequence: -1 },
    'a broken sequence': { ...whole, sequence: 1.5 },
    'a sequence that is no number': { ...whole, sequence: Number.NaN },
    'an infinite discontinuity': { ...whole, discontinuity: Number.POSITIVE_INFINITY },
    'a sequence over 2^53': { ...whole, sequence: 2 ** 53 },
    'an empty rendition': { ...whole, rendition: '' as RenditionId },
    'an empty range': { ...whole, rangeStart: 5, rangeEnd: 5 },
    'a backward range': { ...whole, rangeStart: 5, rangeEnd: 4 },
    'a negative range': { ...whole, rangeStart: -5, rangeEnd: 4 },
    'a range without an end': { ...whole, rangeStart: 5 },
    'a range without a start': { ...whole, rangeEnd: 5 },
  }
  for (const [name, segment] of Object.entries(wrong)) {
    it(`with ${name} is none`, () => assert.equal(isSegmentIdentity(segment), false))
  }
})
