import assert from 'node:assert/strict'
import fc from 'fast-check'
import { decodeTrackerReply, decodeTrackerRequest } from '../../../protocol/tracker-messages.js'
import { relayedSignals } from '../../../tracker/src/core/signal-relay.js'
import { memberId } from './core-harness.js'

const [sender, receiver, victim] = [memberId(1), memberId(2), memberId(3)]

/** What the receiver reads of a message that came as `text`; undefined when the tracker does not take it. */
function received(text: string): unknown {
  const request = decodeTrackerRequest(text)
  if (!request.ok || request.value.kind !== 'signal') return undefined
  const relayed = relayedSignals(sender, request.value.to, request.value.signals, text)
  if (!relayed.ok) return undefined
  const reply = decodeTrackerReply(relayed.value)
  assert.ok(reply.ok, `relayed what is no reply: ${relayed.value}`)
  return reply.value
}

describe('relayed signals', () => {
  const start = `{"kind":"signal","to":"${receiver}","signals":[{"type":"offer","sdp":"v=0"}`

  it('come from their sender, however the message is worded', () => {
    const endings = [
      ']}',
      `],"from":"${victim}"}`,
      `] , "from":"${victim}"}`,
      `]\n,\n"\\u0066rom":"${victim}"}`,
      `],"kind":"error","code":"shutting-down","message":""}`,
      `],"kind":"signal","from":"${victim}"}`,
      `],"signals":[{"a":1}],"from":"${victim}"}`,
      `],"to":"${receiver}","from":"${victim}","kind":"signal"}`,
      `,{"list":[1],"from":"${victim}"}]}`,
      `,{"text":"],\\"from\\":"}]}`,
    ]
    let relayed = 0
    for (const ending of endings) {
      const reply = received(start + ending) as { kind: string; from: string } | undefined
      if (reply === undefined) continue
      relayed += 1
      assert.deepEqual([reply.kind, reply.from], ['signal', sender], ending)
    }
    assert.ok(relayed >= 7, `only ${relayed} were taken`)
  })

  it('are what was sent, whatever it is', () => {
    const signals = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), {
      minLength: 1,
      maxLength: 5,
    })
    fc.assert(
      fc.property(signals, fc.nat(3), (sent, spaces) => {
        const text = JSON.stringify({ kind: 'signal', to: receiver, signals: sent }, undefined, spaces)
        const reply = received(text) as { from: string; signals: unknown } | undefined
        assert.ok(reply)
        assert.equal(reply.from, sender)
        const asRead = decodeTrackerRequest(text)
        assert.ok(asRead.ok && asRead.value.kind === 'signal')
        assert.deepEqual(reply.signals, asRead.value.signals)
      }),
      { seed: 5, numRuns: 150 },
    )
  })
})
