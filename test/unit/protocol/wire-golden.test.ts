import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { MemberId, RenditionId } from '../../../protocol/ids.js'
import { decodeWireMessage, encodeWireMessage, type WireMessage } from '../../../protocol/wire-messages.js'

const rendition = 'v1' as RenditionId
const segment = { rendition, discontinuity: 0, sequence: 4711 }
const claimant = '00112233445566778899aabbccddeeff00112233' as MemberId

/** One example of each message with its bytes: whoever changes them breaks the swarms that run. */
const examples: readonly { name: string; message: WireMessage; hex: string }[] = [
  {
    name: 'hello',
    message: { kind: 'hello', version: 1, uploads: true, rendition },
    hex: '01 01 01 02 7631',
  },
  {
    name: 'hello before a rendition was chosen',
    message: { kind: 'hello', version: 1, uploads: false },
    hex: '01 01 00 00',
  },
  { name: 'follow', message: { kind: 'follow', rendition }, hex: '02 02 7631' },
  {
    name: 'doing',
    message: { kind: 'doing', handle: 7, segment },
    hex: '03 00000007 02 7631 0000000000000000 0000000000001267 0000000000000000 0000000000000000',
  },
  {
    name: 'doing of a byte range',
    message: { kind: 'doing', handle: 7, segment: { ...segment, rangeStart: 100, rangeEnd: 0x1_0000_0000 } },
    hex: '03 00000007 02 7631 0000000000000000 0000000000001267 0000000000000064 0000000100000000',
  },
  {
    name: 'holds',
    message: {
      kind: 'holds',
      handle: 7,
      runs: [
        { first: 0, count: 3 },
        { first: 8, count: 1 },
      ],
    },
    hex: '04 00000007 02 00000000 00000003 00000008 00000001',
  },
  { name: 'have', message: { kind: 'have', handle: 7, bytes: 500_000 }, hex: '05 00000007 0007a120' },
  { name: 'ends', message: { kind: 'ends', handle: 7, bytes: 500_000 }, hex: '0c 00000007 0007a120' },
  { name: 'cdn-pace', message: { kind: 'cdn-pace', permille: 325 }, hex: '0d 00000145' },
  { name: 'shortage', message: { kind: 'shortage', tenths: 4 }, hex: '0f 04' },
  {
    name: 'playlist-edge',
    message: {
      kind: 'playlist-edge',
      rendition,
      first: 4706,
      last: 4711,
      tail: '#EXTINF:2,\na.ts\n',
      hash: new Uint8Array(32).fill(0xab),
      signature: new Uint8Array(64).fill(0xcd),
    },
    hex:
      '0e 02 7631 0000000000001262 0000000000001267 0010 ' +
      '0023004500580054 0049004e0046003a 0032002c000a0061 002e00740073000a ' +
      'ab'.repeat(32) +
      'cd'.repeat(64),
  },
  { name: 'lost', message: { kind: 'lost', handle: 7 }, hex: '06 00000007' },
  {
    name: 'claim',
    message: { kind: 'claim', segment, claimant, run: { first: 0, count: 0 }, hops: 0 },
    hex:
      '07 02 7631 0000000000000000 0000000000001267 0000000000000000 0000000000000000 ' +
      '00112233445566778899aabbccddeeff00112233 00000000 00000000 00',
  },
  {
    name: 'unclaim',
    message: { kind: 'unclaim', segment, claimant, run: { first: 8, count: 16 }, hops: 2 },
    hex:
      '08 02 7631 0000000000000000 0000000000001267 0000000000000000 0000000000000000 ' +
      '00112233445566778899aabbccddeeff00112233 00000008 00000010 02',
  },
  {
    name: 'digest-held',
    message: { kind: 'digest-held', segment },
    hex: '09 02 7631 0000000000000000 0000000000001267 0000000000000000 0000000000000000',
  },
  {
    name: 'digest-asked',
    message: { kind: 'digest-asked', segment },
    hex: '0a 02 7631 0000000000000000 0000000000001267 0000000000000000 0000000000000000',
  },
  {
    name: 'digest',
    message: { kind: 'digest', segment, first: 100, hashes: [new Uint8Array(32).fill(0xab)] },
    hex:
      '0b 02 7631 0000000000000000 0000000000001267 0000000000000000 0000000000000000 00000064 01 ' +
      'ab'.repeat(32),
  },
]

describe('the bytes of a wire message', () => {
  for (const { name, message, hex } of examples) {
    const bytes = hex.replaceAll(' ', '')
    it(`${name}: ${hex}`, () => {
      assert.equal(Buffer.from(encodeWireMessage(message)).toString('hex'), bytes)
      assert.deepEqual(decodeWireMessage(Buffer.from(bytes, 'hex')), { ok: true, value: message })
    })
  }

  it('has an example for every kind', () => {
    assert.equal(new Set(examples.map(({ message }) => message.kind)).size, 15)
  })
})
