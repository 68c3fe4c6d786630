import { deepEqual } from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { DigestGate, type SignatureCheck } from '../../../client-sdk/src/transport/digest-gate.js'
import { toBase64Url } from '../../../protocol/base64url.js'
import type { RenditionId, StreamId } from '../../../protocol/ids.js'

const key = toBase64Url(new Uint8Array(32).fill(1))

describe('DigestGate', () => {
  let heard: string[]

  beforeEach(() => {
    heard = []
  })

  function gateWith(check: SignatureCheck): DigestGate {
    return new DigestGate('s' as StreamId, check, {
      digestsExpected: (expected) => void heard.push(`expected ${expected}`),
      digestTold: ({ segment }, _hashes, signature) => void heard.push(`${segment.sequence} ${signature}`),
      warned: (code) => void heard.push(code),
    })
  }

  const tell = (gate: DigestGate, sequence: number): Promise<void> =>
    gate.told({
      kind: 'digests',
      digests: [
        {
          segment: { rendition: 'v1' as RenditionId, discontinuity: 0, sequence },
          bytes: 100,
          root: toBase64Url(new Uint8Array(32).fill(2)),
          signature: toBase64Url(new Uint8Array(64).fill(3)),
        },
      ],
    })

  it('lets in whose signature is right', async () => {
    const gate = gateWith((given) => Promise.resolve(toBase64Url(given) === key))
    gate.joined(key)
    await tell(gate, 7)
    deepEqual(heard, ['expected true', '7 right'])
  })

  it('throws away whose signature is wrong', async () => {
    const gate = gateWith(() => Promise.resolve(false))
    gate.joined(key)
    await tell(gate, 7)
    deepEqual(heard, ['expected true', 'digest-forged'])
  })

  it('believes the tracker where the browser cannot check, and says that nobody did', async () => {
    const gate = gateWith(() => Promise.resolve(undefined))
    gate.joined(key)
    await tell(gate, 7)
    deepEqual(heard, ['expected true', '7 unchecked'])
  })

  it('lets nothing in of a tracker that has promised no digests', async () => {
    const gate = gateWith(() => Promise.resolve(true))
    gate.joined(undefined)
    await tell(gate, 7)
    deepEqual(heard, ['expected false'])
  })
})
