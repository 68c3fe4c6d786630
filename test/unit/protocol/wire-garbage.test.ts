import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { isRenditionId } from '../../../protocol/ids.js'
import {
  cdnPacePermilleMax,
  claimHopsMax,
  hashesPerMessageMax,
  playlistTailLengthMax,
  runsPerMessageMax,
  segmentBytesMax,
  wireMessageBytesMax,
} from '../../../protocol/limits.js'
import { isSegmentIdentity } from '../../../protocol/segment-key.js'
import {
  decodeWireMessage,
  encodeWireMessage,
  type BlockRun,
  type WireMessage,
} from '../../../protocol/wire-messages.js'
import { blocksMax, wireMessages } from './wire-arbitraries.js'

const codes = new Set(['empty', 'oversized', 'unknown-kind', 'truncated', 'out-of-range'])

/** Decodes; fails if it throws, if the code is not of the list, or if what was accepted is out of range. */
function decodeChecked(bytes: Uint8Array): WireMessage | undefined {
  const decoded = decodeWireMessage(bytes)
  if (decoded.ok) {
    assertInRange(decoded.value)
    return decoded.value
  }
  assert.ok(codes.has(decoded.code), decoded.code)
  assert.ok(decoded.detail.length > 0 && decoded.detail.length < 200)
  return undefined
}

function assertInRange(message: WireMessage): void {
  switch (message.kind) {
    case 'hello':
      assert.ok(message.version > 0)
      assert.ok(message.rendition === undefined || isRenditionId(message.rendition))
      break
    case 'follow':
      assert.ok(isRenditionId(message.rendition))
      break
    case 'doing':
      assert.ok(isSegmentIdentity(message.segment))
      break
    case 'holds':
      assert.ok(message.runs.length > 0 && message.runs.length <= runsPerMessageMax)
      for (const run of message.runs) assertRun(run, 1)
      break
    case 'have':
    case 'ends':
      assert.ok(message.bytes > 0 && message.bytes <= segmentBytesMax)
      break
    case 'cdn-pace':
      assert.ok(message.permille > 0 && message.permille <= cdnPacePermilleMax)
      break
    case 'shortage':
      assert.ok(message.tenths <= 10)
      break
    case 'playlist-edge':
      assert.ok(isRenditionId(message.rendition))
      assert.ok(message.first <= message.last)
      assert.ok(message.tail.length > 0 && message.tail.length <= playlistTailLengthMax)
      assert.equal(message.hash.length, 32)
      assert.equal(message.signature.length, 64)
      break
    case 'lost':
      break
    case 'claim':
    case 'unclaim':
      assert.ok(isSegmentIdentity(message.segment))
      assert.match(message.claimant, /^[0-9a-f]{40}$/)
      assert.ok(message.hops <= claimHopsMax)
      assertRun(message.run, 0)
      break
    case 'digest-held':
    case 'digest-asked':
      assert.ok(isSegmentIdentity(message.segment))
      break
    case 'digest':
      assert.ok(isSegmentIdentity(message.segment))
      assert.ok(message.hashes.length <= hashesPerMessageMax)
      assertRun({ first: message.first, count: message.hashes.length }, 1)
      for (const hash of message.hashes) assert.equal(hash.length, 32)
      break
  }
}

function assertRun({ first, count }: BlockRun, countMin: number): void {
  assert.ok(Number.isSafeInteger(first) && Number.isSafeInteger(count))
  assert.ok(first >= 0 && count >= countMin && first + count <= blocksMax)
}

function codeOf(bytes: Uint8Array | number[]): string {
  const decoded = decodeWireMessage(Uint8Array.from(bytes))
  return decoded.ok ? 'ok' : decoded.code
}

describe('the decoder of wire messages', () => {
  it('takes any bytes without throwing, and accepts nothing out of range', () => {
    let accepted = 0
    const bodies = fc.uint8Array({ maxLength: 300 })
    fc.assert(
      fc.property(fc.nat(15), bodies, (kind, body) => {
        if (decodeChecked(Uint8Array.from([kind, ...body]))) accepted += 1
      }),
      { seed: 1, numRuns: 5000 },
    )
    assert.ok(accepted > 0, 'some garbage happens to be a message')
  })

  it('refuses every proper beginning of a message, and a message with a byte too many', () => {
    fc.assert(
      fc.property(wireMessages, fc.nat(), (message, cut) => {
        const bytes = encodeWireMessage(message)
        assert.equal(decodeChecked(bytes.subarray(0, cut % bytes.length)), undefined)
        assert.equal(codeOf([...bytes, 0]), 'truncated')
      }),
      { seed: 2, numRuns: 1000 },
    )
  })

  it('survives any bit flipped in a valid message', () => {
    let accepted = 0
    let refused = 0
    fc.assert(
      fc.property(wireMessages, fc.nat(), (message, position) => {
        const bytes = encodeWireMessage(message)
        const bit = position % (bytes.length * 8)
        const at = bit >> 3
        bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7))
        const decoded = decodeChecked(bytes)
        if (decoded === undefined) refused += 1
        else accepted += 1
        // The encoding is canonical: other bytes never say the same.
        if (decoded !== undefined) assert.notDeepEqual(decoded, message)
      }),
      { seed: 3, numRuns: 3000 },
    )
    assert.ok(accepted > 100 && refused > 100, `${accepted} accepted, ${refused} refused`)
  })

  it('names an empty, an oversized and an unknown message', () => {
    assert.equal(codeOf([]), 'empty')
    assert.equal(codeOf(new Uint8Array(wireMessageBytesMax + 1).fill(1)), 'oversized')
    assert.equal(codeOf(new Uint8Array(wireMessageBytesMax).fill(1)), 'truncated')
    for (const kind of [0, 16, 200, 255]) assert.equal(codeOf([kind, 1, 2, 3]), 'unknown-kind')
  })

  const segmentBytes = [1, 0x76, ...new Uint8Array(32)]
  const claimant = [...new Uint8Array(20)]
  const zeros = (count: number) => new Uint8Array(count)
  const at = (sequence: number) => [...zeros(7), sequence]
  const outOfRange: Record<string, number[]> = {
    'a hello of version 0': [1, 0, 1, 0],
    'a hello with unknown flags': [1, 1, 2, 0],
    'a hello with a space in its rendition': [1, 1, 1, 1, 0x20],
    'a follow without a rendition': [2, 0],
    'a playlist that ends before it begins': [14, 1, 97, ...at(5), ...at(4), 0, 1, 0, 97, ...zeros(96)],
    'a playlist without news': [14, 1, 97, ...at(4), ...at(5), 0, 0, ...zeros(96)],
    'a pace of nothing': [13, 0, 0, 0, 0],
    'a pace over a thousandfold': [13, 0x80, 0, 0, 0],
    'a rendition of 65 letters': [2, 65, ...new Uint8Array(65).fill(0x61)],
    'a rendition that is not ASCII': [2, 1, 0xe9],
    'a sequence over 2^53': [3, 0, 0, 0, 1, 1, 0x76, ...new Uint8Array(8), 0, 0x20, ...new Uint8Array(22)],
    'an empty byte range': [3, 0, 0, 0, 1, 1, 0x76, ...new Uint8Array(23), 5, ...new Uint8Array(7), 5],
    'a holds of no run': [4, 0, 0, 0, 1, 0],
    'a run of no block': [4, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0],
    'a run beyond the largest segment': [4, 0, 0, 0, 1, 1, 0, 0, 0x10, 0, 0, 0, 0, 1],
    'a run whose end overflows 32 bits': [4, 0, 0, 0, 1, 1, 255, 255, 255, 255, 255, 255, 255, 255],
    'a segment of no byte': [5, 0, 0, 0, 1, 0, 0, 0, 0],
    'a segment of 64 MiB and a byte': [5, 0, 0, 0, 1, 4, 0, 0, 1],
    'a claim beyond the largest segment': [7, ...segmentBytes, ...claimant, 0, 0, 0x10, 0, 0, 0, 0, 1, 0],
    'a claim that has gone too far': [7, ...segmentBytes, ...claimant, 0, 0, 0, 0, 0, 0, 0, 0, 5],
  }
  for (const [name, bytes] of Object.entries(outOfRange)) {
    // A number over 2^53 cannot be told from one that was cut off: both leave the reader in doubt.
    const code = name.includes('2^53') ? 'truncated' : 'out-of-range'
    it(`refuses ${name}`, () => assert.equal(codeOf(bytes), code))
  }

  it('refuses 65 runs and accepts 64', () => {
    const run = [0, 0, 0, 0, 0, 0, 0, 1]
    const holds = (count: number) => [
      4,
      0,
      0,
      0,
      1,
      count,
      ...Array.from({ length: count }, () => run).flat(),
    ]
    assert.equal(codeOf(holds(64)), 'ok')
    assert.equal(codeOf(holds(65)), 'out-of-range')
  })
})
