import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import {
  decodeTrackerReply,
  decodeTrackerRequest,
  encodeTrackerMessage,
} from '../../../protocol/tracker-messages.js'
import { trackerReplies, trackerRequests } from './tracker-arbitraries.js'

describe('a tracker message', () => {
  it('from a member is decoded as it was encoded, and is no reply', () => {
    const kinds = new Set<string>()
    fc.assert(
      fc.property(trackerRequests, (message) => {
        kinds.add(message.kind)
        const text = encodeTrackerMessage(message)
        assert.deepEqual(decodeTrackerRequest(text), { ok: true, value: message })
        if (message.kind !== 'signal') assert.equal(decodeTrackerReply(text).ok, false)
      }),
      { seed: 1, numRuns: 1000 },
    )
    assert.equal(kinds.size, 7, 'every kind was tried')
  })

  it('from the tracker is decoded as it was encoded, and is no request', () => {
    const kinds = new Set<string>()
    fc.assert(
      fc.property(trackerReplies, (message) => {
        kinds.add(message.kind)
        const text = encodeTrackerMessage(message)
        assert.deepEqual(decodeTrackerReply(text), { ok: true, value: message })
        assert.equal(decodeTrackerRequest(text).ok, false)
      }),
      { seed: 2, numRuns: 500 },
    )
    assert.equal(kinds.size, 9, 'every kind was tried')
  })

  it('loses the fields that this side does not know, at every depth, and keeps the rest', () => {
    fc.assert(
      fc.property(trackerRequests, fc.jsonValue(), (message, extra) => {
        const text = JSON.stringify({ ...message, novelty: extra })
        assert.deepEqual(decodeTrackerRequest(text), { ok: true, value: message })
      }),
      { seed: 3, numRuns: 300 },
    )
    const introduction = { member: '1'.repeat(40), initiate: true }
    const text = JSON.stringify({
      kind: 'introduce',
      introductions: [{ ...introduction, address: '192.0.2.1' }],
    })
    assert.deepEqual(decodeTrackerReply(text), {
      ok: true,
      value: { kind: 'introduce', introductions: [introduction] },
    })
  })
})
