import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import {
  cellMembersMax,
  linksMax,
  signalsPerMessageMax,
  trackerMessageBytesMax,
} from '../../../protocol/limits.js'
import {
  decodeTrackerReply,
  decodeTrackerRequest,
  encodeTrackerMessage,
} from '../../../protocol/tracker-messages.js'
import { trackerReplies, trackerRequests } from './tracker-arbitraries.js'

const codes = new Set(['malformed', 'oversized', 'unknown-kind', 'unsupported-version'])

/** Decodes as either side; fails if that throws or refuses with a code that is not of the list. */
function decodeBoth(text: string): string[] {
  return [decodeTrackerRequest(text), decodeTrackerReply(text)].map((decoded) => {
    if (decoded.ok) return 'ok'
    assert.ok(codes.has(decoded.code), decoded.code)
    assert.ok(decoded.detail.length < 1000, `a detail of ${decoded.detail.length} characters`)
    return decoded.code
  })
}

function codeOf(message: unknown): string {
  return decodeBoth(typeof message === 'string' ? message : JSON.stringify(message))[0] ?? ''
}

const member = 'ab'.repeat(20)
const join = { kind: 'join', version: 1, stream: 'news', member, role: 'viewer', uploads: true }

describe('the decoders of tracker messages', () => {
  it('take any text without throwing', () => {
    const anyText = fc.oneof(fc.string({ maxLength: 200, unit: 'binary' }), fc.json({ maxDepth: 3 }))
    fc.assert(
      fc.property(anyText, (text) => assert.ok(!decodeBoth(text).includes('ok'))),
      { seed: 1, numRuns: 1000 },
    )
  })

  it('refuse every proper beginning of a message', () => {
    const messages = fc.oneof(trackerRequests, trackerReplies)
    fc.assert(
      fc.property(messages, fc.nat(), (message, cut) => {
        const text = encodeTrackerMessage(message)
        assert.deepEqual(decodeBoth(text.slice(0, cut % text.length)), ['malformed', 'malformed'])
      }),
      { seed: 2, numRuns: 500 },
    )
  })

  it('survive any field of a message made something else', () => {
    const messages = fc.oneof(trackerRequests, trackerReplies)
    let refused = 0
    fc.assert(
      fc.property(messages, fc.nat(), fc.jsonValue(), (message, position, value) => {
        const fields = Object.keys(message)
        const field = fields[position % fields.length] ?? 'kind'
        if (!decodeBoth(JSON.stringify({ ...message, [field]: value })).includes('ok')) refused += 1
      }),
      { seed: 3, numRuns: 2000 },
    )
    assert.ok(refused > 1000, `only ${refused} were refused`)
  })

  it('name an unknown kind, and quote little of it', () => {
    assert.equal(codeOf({ kind: 'novelty' }), 'unknown-kind')
    assert.equal(codeOf({ kind: 'joined' }), 'unknown-kind')
    const decoded = decodeTrackerRequest(JSON.stringify({ kind: 'x'.repeat(10_000) }))
    assert.ok(!decoded.ok && decoded.detail.length < 100)
  })

  it('name a version that this side does not speak', () => {
    assert.equal(codeOf({ ...join, version: 2 }), 'unsupported-version')
    assert.equal(codeOf({ ...join, version: undefined }), 'unsupported-version')
    assert.equal(codeOf({ ...join, version: 2, member: 'wrong' }), 'unsupported-version')
  })

  it('refuse a text over the bound, at whatever cost of reading', () => {
    const padding = trackerMessageBytesMax - JSON.stringify({ ...join, padding: '' }).length
    assert.equal(codeOf({ ...join, padding: 'x'.repeat(padding) }), 'ok')
    assert.equal(codeOf({ ...join, padding: 'x'.repeat(padding + 1) }), 'oversized')
    assert.equal(codeOf('['.repeat(10_000_000)), 'oversized')
  })

  it('survive JSON as deep as the bound allows', () => {
    const depth = 30_000
    assert.equal(codeOf('['.repeat(depth) + ']'.repeat(depth)), 'malformed')
    const nested = `${'{"a":'.repeat(9000)}1${'}'.repeat(9000)}`
    assert.equal(codeOf(`{"kind":"signal","to":"${member}","signals":[${nested}]}`), 'ok')
    assert.equal(codeOf(`{"kind":${nested}}`), 'malformed')
  })

  it('take names out of Object.prototype for what they are: unknown', () => {
    for (const kind of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      assert.equal(codeOf({ kind }), 'unknown-kind')
    }
    const decoded = decodeTrackerRequest(
      `{"__proto__":{"polluted":1},"kind":"leave","constructor":{"prototype":{"polluted":1}}}`,
    )
    assert.deepEqual(decoded, { ok: true, value: { kind: 'leave' } })
    assert.equal('polluted' in {}, false)
  })

  const signal = { type: 'offer', sdp: 'v=0' }
  const seek = { kind: 'seek', count: 1, except: [] }
  const report = {
    kind: 'report',
    cdnBytes: 0,
    peerBytes: 0,
    uploadedBytes: 0,
    wastedBytes: 0,
    rescues: 0,
    links: 0,
  }
  const wrong: Record<string, unknown> = {
    'no object': 7,
    null: null,
    'an array': [join],
    'a kind that is no text': { kind: 7 },
    'a join without a member': { ...join, member: undefined },
    'a member of 39 digits': { ...join, member: member.slice(1) },
    'a member in capitals': { ...join, member: member.toUpperCase() },
    'a role that is none': { ...join, role: 'admin' },
    'a text for a truth value': { ...join, uploads: 'true' },
    'an empty stream': { ...join, stream: '' },
    'a stream of 257 characters': { ...join, stream: 'x'.repeat(257) },
    'a rendition with a space': { ...join, rendition: 'a b' },
    'a rendition of null': { ...join, rendition: null },
    'no signal': { kind: 'signal', to: member, signals: [] },
    'too many signals': {
      kind: 'signal',
      to: member,
      signals: Array.from({ length: signalsPerMessageMax + 1 }, () => signal),
    },
    'a signal that is a text': { kind: 'signal', to: member, signals: ['offer'] },
    'a seek for nobody': { ...seek, count: 0 },
    'a seek for half a neighbour': { ...seek, count: 1.5 },
    'a seek for too many': { ...seek, count: linksMax + 1 },
    'a seek that excepts more than a cell': { ...seek, except: new Array(cellMembersMax + 1).fill(member) },
    'a negative count': { ...report, cdnBytes: -1 },
    'a broken count': { ...report, cdnBytes: 0.5 },
    'a count over 2^53': { ...report, cdnBytes: 2 ** 53 },
    'an infinite count':
      '{"kind":"report","cdnBytes":1e999,"peerBytes":0,"uploadedBytes":0,"wastedBytes":0,"rescues":0,"links":0}',
  }
  for (const [name, message] of Object.entries(wrong)) {
    it(`refuse ${name}`, () => assert.equal(codeOf(message), 'malformed'))
  }
})
