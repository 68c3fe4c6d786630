import { deepEqual, equal, ok } from 'node:assert/strict'
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { fromBase64Url, toBase64Url } from '../../../protocol/base64url.js'
import { blockBytes } from '../../../protocol/block.js'
import { decodeDigestFile, encodeDigestFile } from '../../../protocol/digest-file.js'
import type { RenditionId, StreamId } from '../../../protocol/ids.js'
import { digestOf, digestStatement } from '../../../protocol/segment-digest.js'
import { readPage, root } from '../docs/markdown.js'
import { segments } from './wire-arbitraries.js'
import { sha256 } from '../../support/sha256.js'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const stream = 'cdn.example.com/live/master.m3u8' as StreamId
const segment = { rendition: 'v1' as RenditionId, discontinuity: 0, sequence: 4711 }
/** Byte n is n modulo 251: two whole blocks and five bytes. */
const body = Uint8Array.from({ length: 2 * blockBytes + 5 }, (_, index) => index % 251)
/** RFC 8032, section 7.1, test 1. */
const seed = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'
const publicKey = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'
const privateKey = createPrivateKey({
  key: Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex'),
  format: 'der',
  type: 'pkcs8',
})

describe('a digest', () => {
  const { digest, hashes } = digestOf(sha256, segment, body)
  const statement = digestStatement(stream, digest)
  const signature = new Uint8Array(sign(null, statement, privateKey))

  it('has the bytes that the page shows and the golden file holds', () => {
    const golden = readFileSync(join(root, 'test/unit/protocol/golden/4711.ts.digest'))
    equal(hex(encodeDigestFile({ stream, digest: { ...digest, signature }, hashes })), golden.toString('hex'))
    const shown = readPage('docs/digests.md').blocks.map(({ code }) => code.replaceAll(/\s/g, ''))
    ok(shown.includes(hex(statement)), `the statement is ${hex(statement)}`)
    ok(shown.includes(golden.toString('hex')), 'the file')
  })

  it('is signed so that RFC 8032 verifies it', () => {
    const key = createPublicKey({
      key: Buffer.from(`302a300506032b6570032100${publicKey}`, 'hex'),
      format: 'der',
      type: 'spki',
    })
    ok(verify(null, statement, key, signature))
  })

  it('has another statement when anything about it is another', () => {
    const others = [
      digestStatement('cdn.example.com/live/other.m3u8' as StreamId, digest),
      digestStatement(stream, { ...digest, bytes: digest.bytes + 1 }),
      digestStatement(stream, { ...digest, root: new Uint8Array(32) }),
      digestStatement(stream, { ...digest, segment: { ...segment, sequence: 4712 } }),
      digestStatement(stream, { ...digest, segment: { ...segment, discontinuity: 1 } }),
      digestStatement(stream, { ...digest, segment: { ...segment, rangeStart: 0, rangeEnd: 5 } }),
      digestStatement(stream, { ...digest, segment: { ...segment, rendition: 'v2' as RenditionId } }),
    ]
    equal(new Set([statement, ...others].map(hex)).size, others.length + 1)
  })

  it('comes back from its file as it went in', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 256, unit: 'grapheme' }).filter((text) => text.length <= 256),
        segments,
        fc.uint8Array({ minLength: 1, maxLength: 3 * blockBytes }),
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        (text, identity, bytes, signed) => {
          const made = digestOf(sha256, structuredClone(identity), bytes)
          const file = {
            stream: text as StreamId,
            digest: { ...made.digest, signature: signed },
            hashes: made.hashes,
          }
          deepEqual(plain(decodeDigestFile(encodeDigestFile(file))), plain({ ok: true, value: file }))
        },
      ),
      { numRuns: 30 },
    )
  })

  it('is refused with a code when its file is garbage, cut or longer', () => {
    const file = encodeDigestFile({ stream, digest: { ...digest, signature }, hashes })
    for (let length = 0; length < file.length; length += 1)
      equal(decodeDigestFile(file.slice(0, length)).ok, false)
    equal(decodeDigestFile(Uint8Array.of(...file, 0)).ok, false)
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => !decodeDigestFile(bytes).ok))
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = file.slice()
        changed[at] = (changed[at] ?? 0) ^ change
        const decoded = decodeDigestFile(changed)
        // What still reads says something else than before: nothing in the file is without meaning.
        if (decoded.ok) equal(hex(encodeDigestFile(decoded.value)), hex(changed))
      }),
    )
  })
})

describe('base64url', () => {
  it('is what Node writes, both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64url')
        equal(toBase64Url(bytes), text)
        deepEqual(fromBase64Url(text), new Uint8Array(bytes))
      }),
    )
  })

  it('is refused when it is none, or not the one way to write its bytes', () => {
    for (const text of ['A', 'AB=', 'A+', 'A/', 'AB', ' AAA', 'ÄAAA'])
      equal(fromBase64Url(text), undefined, text)
    fc.assert(
      fc.property(fc.string(), (text) => {
        const bytes = fromBase64Url(text)
        if (bytes !== undefined) equal(toBase64Url(bytes), text)
      }),
    )
  })
})

/** Without the difference between a Buffer and the bytes in it. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, each: unknown) => (each instanceof Uint8Array ? hex(each) : each)),
  )
}
