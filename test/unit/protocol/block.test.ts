import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { blockBytes, blockCount, blockLength } from '../../../protocol/block.js'
import { segmentBytesMax } from '../../../protocol/limits.js'

describe('the blocks of a segment', () => {
  it('cover it without gap or overlap: all whole but the last, none empty, none beyond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: segmentBytesMax }), (bytes) => {
        const count = blockCount(bytes)
        const last = blockLength(bytes, count - 1)
        assert.ok(last >= 1 && last <= blockBytes)
        assert.equal((count - 1) * blockBytes + last, bytes)
        if (count > 1) assert.equal(blockLength(bytes, count - 2), blockBytes)
        assert.equal(blockLength(bytes, count), 0)
      }),
      { seed: 1, numRuns: 500 },
    )
  })

  it('of a segment that ends with a block are all whole', () => {
    assert.equal(blockCount(3 * blockBytes), 3)
    assert.equal(blockLength(3 * blockBytes, 2), blockBytes)
    assert.equal(blockLength(3 * blockBytes, 3), 0)
  })
})
