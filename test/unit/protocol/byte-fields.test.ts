import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { ByteReader } from '../../../protocol/byte-reader.js'
import { ByteWriter } from '../../../protocol/byte-writer.js'

describe('byte fields', () => {
  it('are read as written, in messages longer than the buffer that writing begins with', () => {
    fc.assert(
      fc.property(fc.array(fc.maxSafeNat(), { maxLength: 60 }), (values) => {
        const writer = new ByteWriter()
        for (const value of values)
          writer
            .u53(value)
            .u8(value % 256)
            .u32(value % 0x1_0000_0000)
        const reader = new ByteReader(writer.finish())
        for (const value of values) {
          assert.deepEqual(
            [reader.u53(), reader.u8(), reader.u32()],
            [value, value % 256, value % 0x1_0000_0000],
          )
        }
        assert.ok(reader.finished)
      }),
      { seed: 1, numRuns: 200 },
    )
  })

  it('beyond the end are zeros, and the reader is not intact any more, not even for shorter fields', () => {
    const reader = new ByteReader(Uint8Array.from([1, 2, 3]))
    assert.equal(reader.u32(), 0)
    assert.equal(reader.u8(), 0)
    assert.equal(reader.intact, false)
    assert.equal(reader.finished, false)
  })

  it('left over mean not finished', () => {
    const reader = new ByteReader(Uint8Array.from([1, 2]))
    reader.u8()
    assert.equal(reader.intact, true)
    assert.equal(reader.finished, false)
  })

  it('a text longer than the message is empty', () => {
    const reader = new ByteReader(Uint8Array.from([5, 0x61, 0x62]))
    assert.equal(reader.ascii(), '')
    assert.equal(reader.intact, false)
  })

  it('a number over 2^53 - 1 is none', () => {
    const largest = new ByteReader(Uint8Array.from([0, 0x1f, 255, 255, 255, 255, 255, 255]))
    assert.equal(largest.u53(), Number.MAX_SAFE_INTEGER)
    assert.ok(largest.finished)
    const over = new ByteReader(Uint8Array.from([0, 0x20, 0, 0, 0, 0, 0, 0]))
    assert.equal(over.u53(), 0)
    assert.equal(over.intact, false)
  })
})
