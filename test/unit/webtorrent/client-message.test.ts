import assert from 'node:assert/strict'
import fc from 'fast-check'
import { decodeClientMessage, scrapedSwarmsMax } from '../../../tracker/src/webtorrent/client-message.js'
import { detachedId, idLiteral } from '../../../tracker/src/webtorrent/wire-id.js'
import { bytesOf, textOf } from './wire-text.js'

const byteCharacter = fc.nat(255).map((code) => String.fromCharCode(code))
export const wireIds = fc.string({ unit: byteCharacter, minLength: 20, maxLength: 20 })
const descriptions = fc.string({ unit: 'binary', minLength: 1 })
const offers = fc.array(fc.record({ offer_id: wireIds, sdp: descriptions }), { maxLength: 5 })

const decode = (value: unknown) => decodeClientMessage(bytesOf(JSON.stringify(value)))
const parsed = (json: string): unknown => JSON.parse(textOf(json))

/** JSON in which every character is an escape: another way of writing the same. */
function escaped(value: unknown): string {
  return JSON.stringify(value).replace(/"(?:[^"\\]|\\.)*"/g, (literal) => {
    const text = JSON.parse(literal) as string
    return `"${[...Array(text.length).keys()].map((at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`
  })
}

describe("a WebTorrent client's message", () => {
  it('is read as JSON.parse reads it, and its offers are passed on as they were', () => {
    const announces = fc.record({
      info_hash: wireIds,
      peer_id: wireIds,
      event: fc.constantFrom('started', 'stopped', 'completed', 'update', 'dance', ''),
      left: fc.oneof(fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null)),
      numwant: fc.nat(10),
    })
    fc.assert(
      fc.property(announces, offers, fc.boolean(), (announce, made, isEscaped) => {
        const sent = {
          action: 'announce',
          ...announce,
          offers: made.map(({ offer_id, sdp }) => ({ offer_id, offer: { sdp, type: 'offer', extra: [{}] } })),
        }
        const message = decodeClientMessage(isEscaped ? escaped(sent) : bytesOf(JSON.stringify(sent)))
        assert.ok(message.kind === 'announce', message.kind)
        assert.equal(message.infoHash, announce.info_hash)
        assert.equal(message.peerId, announce.peer_id)
        assert.equal(message.event, announce.event)
        assert.equal(message.wanted, announce.numwant)
        assert.equal(
          message.left,
          announce.left === null ? undefined : (parsed(JSON.stringify(announce.left)) as number),
        )
        assert.deepEqual(
          message.offers.map(({ offerId, offerIdJson, sdpJson }) => [
            offerId,
            parsed(offerIdJson),
            parsed(sdpJson),
          ]),
          made
            .map(({ offer_id, sdp }) => [offer_id, offer_id, sdp])
            .map(([id, same, sdp]) => [id, same, toWellFormed(sdp)]),
        )
      }),
    )
  })

  it('may be an answer or a scrape', () => {
    fc.assert(
      fc.property(
        wireIds,
        wireIds,
        wireIds,
        wireIds,
        descriptions,
        (info_hash, peer_id, to_peer_id, offer_id, sdp) => {
          const answer = { type: 'answer', sdp }
          const message = decode({ action: 'announce', info_hash, peer_id, to_peer_id, offer_id, answer })
          assert.ok(message.kind === 'answer', message.kind)
          assert.deepEqual(
            [message.infoHash, message.peerId, message.toPeerId, message.offerId],
            [info_hash, peer_id, to_peer_id, offer_id],
          )
          assert.equal(parsed(message.offerIdJson), offer_id)
          assert.equal(parsed(message.sdpJson), toWellFormed(sdp))
          const hashes = [info_hash, peer_id, info_hash]
          assert.deepEqual(decode({ action: 'scrape', info_hash: hashes }), {
            kind: 'scrape',
            infoHashes: [...new Set(hashes)],
          })
          assert.deepEqual(decode({ action: 'scrape', info_hash }), {
            kind: 'scrape',
            infoHashes: [info_hash],
          })
        },
      ),
    )
  })

  it('leaves out what is no offer', () => {
    const good = { offer_id: 'o'.repeat(20), offer: { type: 'offer', sdp: 'v=0' } }
    const bad = [
      null,
      1,
      'offer',
      [],
      {},
      { offer_id: good.offer_id },
      { offer: good.offer },
      { ...good, offer_id: 'short' },
      { ...good, offer_id: null },
      { ...good, offer_id: '\u0100'.repeat(20) },
      { ...good, offer: null },
      { ...good, offer: 'v=0' },
      { ...good, offer: { type: 'answer', sdp: 'v=0' } },
      { ...good, offer: { type: 'offer', sdp: '' } },
      { ...good, offer: { type: 'offer', sdp: { length: 5 } } },
      { ...good, offer: { type: 'offer' } },
    ]
    const base = { action: 'announce', info_hash: 'h'.repeat(20), peer_id: 'p'.repeat(20) }
    const message = decode({ ...base, offers: [...bad, good, ...bad] })
    assert.ok(message.kind === 'announce')
    assert.deepEqual(
      message.offers.map(({ offerId }) => offerId),
      [good.offer_id],
    )
    for (const none of [null, 5, {}, 'x']) {
      const without = decode({ ...base, offers: none, left: '0', numwant: 'all', event: 7 })
      assert.ok(without.kind === 'announce')
      assert.deepEqual(
        [without.offers, without.left, without.wanted, without.event],
        [[], undefined, Infinity, ''],
      )
    }
  })

  it('says what is wrong with it, and of which swarm', () => {
    const ids = { info_hash: 'h'.repeat(20), peer_id: 'p'.repeat(20) }
    const faults: [unknown, string, string | undefined][] = [
      [[], 'malformed', undefined],
      [null, 'malformed', undefined],
      ['announce', 'malformed', undefined],
      [{}, 'unknown-action', undefined],
      [{ action: 'dance', ...ids }, 'unknown-action', ids.info_hash],
      [{ action: 7, ...ids }, 'unknown-action', ids.info_hash],
      [{ action: 'announce', ...ids, info_hash: 'short' }, 'invalid-info-hash', undefined],
      [{ action: 'announce', ...ids, info_hash: null }, 'invalid-info-hash', undefined],
      [{ action: 'announce', ...ids, peer_id: 'p'.repeat(21) }, 'invalid-peer-id', ids.info_hash],
      [{ action: 'announce', ...ids, answer: {} }, 'invalid-answer', ids.info_hash],
      [
        { action: 'announce', ...ids, answer: { type: 'answer', sdp: 'v=0' } },
        'invalid-answer',
        ids.info_hash,
      ],
      [{ action: 'scrape' }, 'full-scrape', undefined],
      [{ action: 'scrape', info_hash: [] }, 'full-scrape', undefined],
    ]
    for (const [value, fault, infoHash] of faults) {
      const message = decode(value)
      assert.ok(message.kind === 'faulty', JSON.stringify(value))
      assert.deepEqual([message.fault, message.infoHash], [fault, infoHash], JSON.stringify(value))
    }
  })

  it('bounds a scrape', () => {
    const info_hash = [...Array(500).keys()].map((number) => String(number).padStart(20, '0'))
    const message = decode({ action: 'scrape', info_hash })
    assert.ok(message.kind === 'scrape')
    assert.equal(message.infoHashes.length, scrapedSwarmsMax)
  })

  it('may be anything and makes nothing throw', () => {
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString('latin1'))
    const nearly = fc.tuple(fc.jsonValue(), fc.nat(), bytes).map(([value, at, garbage]) => {
      const json = JSON.stringify({ action: 'announce', offers: [value], answer: value, info_hash: value })
      return bytesOf(json).slice(0, at % json.length) + garbage
    })
    let seen = 0
    fc.assert(
      fc.property(fc.oneof(bytes, nearly), (text) => {
        decodeClientMessage(text)
        seen += 1
      }),
      { numRuns: 3000 },
    )
    assert.equal(seen, 3000)
  })
})

describe('an id on the wire', () => {
  it('may be written with any escape of JSON, and has no character above U+00FF', () => {
    const idOf = (peerId: string) => {
      const info = 'h'.repeat(20)
      const message = decodeClientMessage(`{"action":"announce","info_hash":"${info}","peer_id":"${peerId}"}`)
      return message.kind === 'announce' ? message.peerId : undefined
    }
    assert.equal(
      idOf('\\b\\f\\n\\r\\t\\/\\\\\\"\\u00E9\\u00ea0123456789'),
      '\b\f\n\r\t/\\"\u00e9\u00ea0123456789',
    )
    for (const above of ['\\u0100', '\\uffff', '\\u0930', bytesOf('\u0100'), bytesOf('\u20ac')]) {
      assert.equal(idOf(`${above}0123456789012345678`), undefined)
    }
  })

  it('is what it was when it comes back', () => {
    fc.assert(
      fc.property(wireIds, (id) => {
        assert.equal(parsed(idLiteral(id)), id)
        assert.equal(detachedId(id), id)
      }),
    )
  })
})

/** JSON on the wire is UTF-8, in which there are no halves of pairs: as escapes they stay what they are. */
function toWellFormed(text: string | undefined): string {
  return JSON.parse(JSON.stringify(text)) as string
}
