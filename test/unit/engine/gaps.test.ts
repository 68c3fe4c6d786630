import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { merged, type Gap } from '../../../client-sdk/src/engine/gaps.js'
import { tuning } from '../../../client-sdk/src/engine/tuning.js'

const count = tuning.rescueRunsMax

/** Gaps of two blocks, with so many blocks between each and the one before it. */
function gapsWith(between: readonly number[]): Gap[] {
  let at = 0
  return between.map((blocks) => {
    const first = at + blocks
    at = first + 2
    return { first, end: at }
  })
}

describe('gaps to be fetched', () => {
  it('are left as they are when few', () => {
    const gaps = gapsWith(Array.from({ length: count }, () => 3))
    assert.deepEqual(merged(gaps), gaps)
  })

  it('become one where least lies between them when they are many', () => {
    const between = Array.from({ length: count + 2 }, (_, index) => (index === 3 || index === 5 ? 1 : 4))
    const gaps = gapsWith(between)
    const left = merged(gaps)
    assert.equal(left.length, count)
    assert.deepEqual(left[2], { first: gaps[2]?.first, end: gaps[3]?.end })
    assert.deepEqual(left[3], { first: gaps[4]?.first, end: gaps[5]?.end })
  })

  it('keep an open end', () => {
    const gaps = [...gapsWith(Array.from({ length: count }, () => 2)), { first: 1000, end: undefined }]
    assert.equal(merged(gaps).at(-1)?.end, undefined)
    assert.equal(merged(gaps).length, count)
  })
})
