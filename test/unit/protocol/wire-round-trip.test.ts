import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { wireMessageBytesMax } from '../../../protocol/limits.js'
import { decodeWireMessage, encodeWireMessage } from '../../../protocol/wire-messages.js'
import { wireMessages } from './wire-arbitraries.js'

describe('a wire message', () => {
  it('is decoded as it was encoded, whatever its kind and fields, within the bound on its bytes', () => {
    const kinds = new Set<string>()
    fc.assert(
      fc.property(wireMessages, (message) => {
        kinds.add(message.kind)
        const bytes = encodeWireMessage(message)
        assert.ok(bytes.length <= wireMessageBytesMax)
        assert.deepEqual(decodeWireMessage(bytes), { ok: true, value: message })
      }),
      { seed: 1, numRuns: 2000 },
    )
    assert.equal(kinds.size, 15, 'every kind was tried')
  })

  it('is decoded alike from the middle of a larger buffer', () => {
    fc.assert(
      fc.property(wireMessages, fc.nat(50), (message, offset) => {
        const bytes = encodeWireMessage(message)
        const buffer = new Uint8Array(bytes.length + offset + 7).fill(0xee)
        buffer.set(bytes, offset)
        const decoded = decodeWireMessage(buffer.subarray(offset, offset + bytes.length))
        assert.deepEqual(decoded, { ok: true, value: message })
      }),
      { seed: 2, numRuns: 300 },
    )
  })
})
