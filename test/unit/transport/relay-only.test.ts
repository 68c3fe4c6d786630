import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { relayedOnly } from '../../../client-sdk/src/transport/relay-only.js'

const host = 'candidate:1 1 udp 2122260223 192.0.2.7 50000 typ host generation 0'
const reflexive = 'candidate:2 1 udp 1686052607 198.51.100.7 50000 typ srflx raddr 192.0.2.7 rport 50000'
const relay = 'candidate:3 1 udp 41885695 203.0.113.9 60000 typ relay raddr 198.51.100.7 rport 50000'
const hidden = 'candidate:3 1 udp 41885695 203.0.113.9 60000 typ relay raddr 0.0.0.0 rport 0'

const candidate = (line: unknown) => ({ type: 'candidate', candidate: { candidate: line, sdpMid: '0' } })

describe('relayedOnly', () => {
  it('lets relayed candidates through, without the address behind them', () => {
    deepEqual(relayedOnly(candidate(relay)), candidate(hidden))
    deepEqual(relayedOnly(candidate('')), candidate(''))
  })

  it('drops every other candidate', () => {
    for (const line of [host, reflexive, host.replace('host', 'prflx'), 'nonsense', undefined, 5]) {
      equal(relayedOnly(candidate(line)), undefined)
    }
  })

  it('does the same to the lines of a description, and leaves the others alone', () => {
    const sdp = (...lines: string[]) => ['v=0', 'm=application 9 UDP/DTLS/SCTP x', ...lines, ''].join('\r\n')
    const described = sdp('a=mid:0', `a=${host}`, `a=${reflexive}`, `a=${relay}`)
    deepEqual(relayedOnly({ type: 'offer', sdp: described }), {
      type: 'offer',
      sdp: sdp('a=mid:0', `a=${hidden}`),
    })
  })

  it('tells no address but the relay’s, whatever the lines and their order', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(host, reflexive, relay)), (lines) => {
        const signals = [
          ...lines.map(candidate),
          { type: 'answer', sdp: lines.map((line) => `a=${line}`).join('\r\n') },
        ]
        const told = JSON.stringify(signals.map((signal) => relayedOnly(signal)))
        ok(!told.includes('192.0.2.7') && !told.includes('198.51.100.7'), told)
      }),
    )
  })
})
