import assert from 'node:assert/strict'
import type { FleetEntry, ProcessId } from '../../../protocol/fleet-messages.js'
import type { RenditionId, StreamId } from '../../../protocol/ids.js'
import type { WitnessedDigest } from '../../../tracker/src/core/digest-board.js'
import type { TopicListener } from '../../../tracker/src/fleet/fleet.js'
import { FleetDigests } from '../../../tracker/src/server/fleet-digests.js'
import { DigestSigner, trackerKey } from '../../../tracker/src/witness/digest-signer.js'
import { witnessed } from '../../../tracker/src/witness/witness.js'
import { CoreHarness } from './core-harness.js'

const stream = 'cdn.example/live.m3u8' as StreamId
const [self, other] = ['1', '2'].map((digit) => digit.repeat(16) as ProcessId) as [ProcessId, ProcessId]
const genuine = new DigestSigner(trackerKey('the secret of the fleet'))

describe('digests of a fleet', () => {
  let heard: TopicListener
  let entries: FleetEntry[]
  let told: WitnessedDigest[]
  let digests: FleetDigests
  let harness: CoreHarness

  beforeEach(() => {
    harness = new CoreHarness()
    entries = []
    told = []
    digests = new FleetDigests({
      fleet: {
        self,
        write: (_topic, key, value, ttlMs) => heard(key, value, ttlMs, self),
        onEntry: (_topic, listener) => (heard = listener),
        entries: () => entries,
        reachable: () => [self, other],
      },
      swarms: harness.core.swarms,
      clock: () => 0,
      isGenuine: (of, { segment, bytes, root, signature }) =>
        genuine.hasSigned(of, {
          segment,
          bytes,
          root: Buffer.from(root, 'base64url'),
          signature: Buffer.from(signature, 'base64url'),
        }),
      digestsMade: (_stream, made) => told.push(...made),
    })
    harness.join(1, { stream })
  })

  function digestOf(sequence: number, signer = genuine, bytes = 1000): WitnessedDigest {
    const segment = { rendition: '720p' as RenditionId, discontinuity: 0, sequence }
    return witnessed(signer.digest(stream, segment, new Uint8Array(bytes)))
  }
  const keyOf = ({ segment: { sequence } }: WitnessedDigest) =>
    `${harness.core.swarms.byStream.get(stream)?.id.slice(0, 16)} 720p/0/${sequence}`
  const hear = (digest: WitnessedDigest, writer = other) => heard(keyOf(digest), digest, 1000, writer)

  it('leave the next segment to who witnessed one, and do not fetch what is known', () => {
    const [one, two] = [digestOf(1), digestOf(2)]
    assert.equal(digests.waitMs(stream, two.segment), 0)
    hear(one)
    assert.deepEqual(told, [one])
    assert.equal(digests.isKnown(stream, one.segment), true)
    assert.equal(digests.isKnown(stream, two.segment), false)
    assert.ok(digests.waitMs(stream, two.segment) > 1000)
    digests.share(stream, [two])
    assert.equal(digests.waitMs(stream, digestOf(3).segment), 0, 'now it is ours')
    assert.deepEqual(told, [one], 'its own are told without the fleet')
  })

  it('count for nothing when the key of the fleet has not signed them', () => {
    const forged = digestOf(1, new DigestSigner(trackerKey('another secret')))
    hear(forged)
    hear({ ...digestOf(1), bytes: 999 })
    hear({ ...digestOf(2), signature: '' })
    assert.deepEqual(told, [])
    assert.equal(digests.isKnown(stream, forged.segment), false)
    assert.equal(digests.waitMs(stream, digestOf(2).segment), 0)
  })

  it('do not stand for a fetch without their hash lists', () => {
    const { hashes: _left, ...bare } = digestOf(1)
    heard(keyOf(digestOf(1)), bare, 1000, other)
    assert.equal(told.length, 1)
    assert.equal(digests.isKnown(stream, bare.segment), false)
    assert.equal(digests.waitMs(stream, digestOf(2).segment), 0)
  })

  it('are taken that were said before anybody watched here', () => {
    const one = digestOf(1)
    entries.push({ key: keyOf(one), version: 1, writer: other, ttlMs: 1000, value: one })
    entries.push({ key: keyOf(one).replace(/^./, 'x'), version: 1, writer: other, ttlMs: 1000, value: one })
    digests.opened(stream)
    assert.deepEqual(told, [one])
    assert.equal(digests.isKnown(stream, one.segment), true)
  })
})
