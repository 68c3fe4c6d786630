import assert from 'node:assert/strict'
import fc from 'fast-check'
import { FrameGuard, heldBytesMax } from '../../../client-sdk/src/transport/frame-guard.js'
import { isExtendedHandshake } from '../../../client-sdk/src/transport/extended-handshake.js'
import { frameCodes } from '../../../client-sdk/src/transport/frame-code.js'

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0))

const joined = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

/** A frame with this type and body, and the length it really has unless another is claimed. */
function frame(type: number, body: Uint8Array | number = 0, claimed?: number): Uint8Array {
  const bytes = typeof body === 'number' ? new Uint8Array(body) : body
  const head = new Uint8Array(5)
  new DataView(head.buffer).setUint32(0, claimed ?? bytes.length + 1)
  head[4] = type
  return joined([head, bytes])
}

const handshake = joined([ascii('\u0013BitTorrent protocol'), new Uint8Array(48).fill(7)])
const keepAlive = new Uint8Array(4)
const unchoke = frame(1)
const interested = frame(2)
const extended = frame(20, ascii('\0d1:md5:prismi1eee'))
const opening = [handshake, unchoke, interested, extended]
const request = frame(6, 12)
const piece = (bytes: number): Uint8Array => frame(7, 8 + bytes)
const prism = (bytes: number): Uint8Array => frame(20, joined([Uint8Array.of(1), new Uint8Array(bytes)]))

/** Frames let through, and the code at the end if there was one. */
function run(chunks: readonly Uint8Array[]): { frames: Uint8Array[]; code?: string; heldMost: number } {
  const guard = new FrameGuard()
  const frames: Uint8Array[] = []
  let heldMost = 0
  for (const chunk of chunks) {
    const accepted = guard.accept(chunk)
    heldMost = Math.max(heldMost, guard.bytesHeld)
    if (!accepted.ok) return { frames, code: accepted.code, heldMost }
    frames.push(...accepted.value)
  }
  return { frames, heldMost }
}

describe('FrameGuard', () => {
  it('lets the profile through', () => {
    const frames = [...opening, keepAlive, request, piece(1), piece(16384), frame(8, 12), frame(16, 12)]
    frames.push(prism(1), prism(4096))
    assert.deepEqual(run([joined(frames)]).frames, frames)
  })

  const violations: readonly (readonly [string, string, readonly Uint8Array[]])[] = [
    ['another protocol', 'handshake-malformed', [ascii('GET / HTTP/1.1\r\n'.repeat(5))]],
    ['another name in the handshake', 'handshake-malformed', [ascii('\u0013bittorrent protocol'.padEnd(68))]],
    ['a request before the extended handshake', 'frame-early', [handshake, request]],
    ['a prism message before the extended handshake', 'frame-early', [handshake, prism(1)]],
    ['choke', 'frame-unknown', [...opening, frame(0)]],
    ['not interested', 'frame-unknown', [...opening, frame(3)]],
    ['have', 'frame-unknown', [...opening, frame(4, 4)]],
    ['bitfield', 'frame-unknown', [...opening, frame(5, 100)]],
    ['port', 'frame-unknown', [...opening, frame(9, 2)]],
    ['suggest', 'frame-unknown', [...opening, frame(13, 4)]],
    ['have all', 'frame-unknown', [...opening, frame(14)]],
    ['have none', 'frame-unknown', [...opening, frame(15)]],
    ['allowed fast', 'frame-unknown', [...opening, frame(17, 4)]],
    ['a type nobody knows', 'frame-unknown', [...opening, frame(99)]],
    ['an extension id nobody offered', 'frame-unknown', [...opening, frame(20, Uint8Array.of(2, 0))]],
    ['a request cut short', 'frame-length', [...opening, frame(6, 8)]],
    ['a request that claims 2 GiB', 'frame-length', [...opening, frame(6, 12, 0x80000000)]],
    ['a piece of no bytes', 'frame-length', [...opening, frame(7, 8)]],
    ['a piece over 16 KiB', 'frame-length', [...opening, frame(7, 0, 9 + 16385)]],
    ['a piece with the top bit set', 'frame-length', [...opening, frame(7, 0, 0xffffffff)]],
    ['an unchoke with a body', 'frame-length', [handshake, frame(1, 1)]],
    ['an extended message without an id', 'frame-length', [...opening, frame(20)]],
    ['a prism message over its bound', 'frame-length', [...opening, prism(4097)]],
    ['an extended handshake over its bound', 'frame-length', [handshake, frame(20, 1026)]],
    ['a second unchoke', 'frame-repeated', [handshake, unchoke, unchoke]],
    ['a second extended handshake', 'frame-repeated', [...opening, extended]],
    [
      'an extended handshake that is no dictionary',
      'extended-malformed',
      [handshake, frame(20, ascii('\0i1e'))],
    ],
    ['keep-alives without end', 'frame-idle-flood', [handshake, new Uint8Array(4 * 1025)]],
  ]
  for (const [what, code, chunks] of violations) {
    it(`answers ${what} with ${code}, whole or byte by byte`, () => {
      assert.ok((frameCodes as readonly string[]).includes(code))
      assert.equal(run(chunks).code, code)
      assert.equal(run(Array.from(joined(chunks), (byte) => Uint8Array.of(byte))).code, code)
    })
  }

  it('decides on a length as soon as the type is known, before anything of the body came', () => {
    assert.equal(run([...opening, frame(7, 0, 0x7fffffff)]).code, 'frame-length')
  })

  it('takes nothing more after a violation', () => {
    const guard = new FrameGuard()
    assert.equal(guard.accept(joined([handshake, frame(4, 4)])).ok, false)
    assert.deepEqual(guard.accept(unchoke), { ok: true, value: [] })
    assert.equal(guard.bytesHeld, 0)
  })

  it('passes a valid stream unchanged however it is split', () => {
    const anyFrame = fc.oneof(
      fc.constant(request),
      fc.constant(keepAlive),
      fc.integer({ min: 1, max: 16384 }).map(piece),
      fc.integer({ min: 1, max: 4096 }).map(prism),
    )
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 12 }), fc.array(fc.nat(40_000)), (more, cuts) => {
        const frames = [...opening, ...more]
        const stream = joined(frames)
        const places = [0, ...cuts.filter((cut) => cut < stream.length).sort((a, b) => a - b), stream.length]
        const chunks = places.slice(1).map((end, index) => stream.subarray(places[index], end))
        assert.deepEqual(run(chunks).frames, frames)
      }),
      { numRuns: 60 },
    )
  })

  it('never throws on garbage, and never holds more than one frame', () => {
    const start = fc.constantFrom(new Uint8Array(0), joined(opening), handshake)
    fc.assert(
      fc.property(start, fc.array(fc.uint8Array({ maxLength: 200 })), (prefix, chunks) => {
        assert.ok(run([prefix, ...chunks]).heldMost <= heldBytesMax)
      }),
      { numRuns: 300 },
    )
  })

  it('takes 8 MiB in one message in linear time', () => {
    const many = joined([...opening, ...Array.from({ length: 512 }, () => piece(16384))])
    const startedAt = performance.now()
    assert.equal(run([many]).frames.length, 516)
    assert.ok(performance.now() - startedAt < 500)
  })
})

describe('isExtendedHandshake', () => {
  const valid = ['d1:md5:prismi1eee', 'd1:md5:prismi255ee1:v4:teste', 'd1:ai1e1:md5:prismi7eee']
  const invalid = [
    '',
    'de',
    'd1:mdee',
    'd1:md6:otheri1eee',
    'd1:md5:prismi7e1:x0:eee',
    'd1:md5:prismi0eee',
    'd1:md5:prismi256eee',
    'd1:md5:prismi-1eee',
    'd1:md5:prismd8:toStringi1eeee',
    'd1:md5:prism1:1ee',
    'd1:md5:prismli1eeee',
    'd1:md5:prismi1ee1:md5:prismi0eee',
    'd1:md5:prismi1eee ',
    'd1:md5:prismi1ee',
    'd9:__proto__de1:md5:prismi1eee',
    'd1:md5:prismi99999999999eee',
    'd99:m',
    'd'.repeat(1000),
  ]
  it('accepts what offers prism', () => {
    assert.deepEqual(
      valid.map((text) => isExtendedHandshake(ascii(text))),
      [true, true, true],
    )
  })
  for (const text of invalid) {
    it(`refuses ${JSON.stringify(text.slice(0, 40))}`, () => {
      assert.equal(isExtendedHandshake(ascii(text)), false)
    })
  }
})
