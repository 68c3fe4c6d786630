import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { StreamId } from '../../../protocol/ids.js'
import { openPolicy, type StreamPolicy } from '../../../protocol/stream-policy.js'
import { policiesMax } from '../../../tracker/src/core/bounds.js'
import { Policies } from '../../../tracker/src/core/policies.js'
import { policies as anyPolicy } from '../protocol/tracker-arbitraries.js'
import { CoreHarness, memberId, type Client } from './core-harness.js'

const news = 'news' as StreamId
const sport = 'sport' as StreamId

describe('policies', () => {
  let harness: CoreHarness

  beforeEach(() => {
    harness = new CoreHarness()
  })

  function decide(policy: StreamPolicy, stream = news): void {
    harness.step({ kind: 'policy-set', stream, policy })
  }

  const toldTo = (client: Client) =>
    client.replies.flatMap((reply) => (reply.kind === 'policy' ? [reply.policy] : []))
  const joinedOf = (client: Client) => client.replies.find((reply) => reply.kind === 'joined')

  it('are told to everyone on the stream, and to nobody else', () => {
    const [one, two, other] = [
      harness.join(1, { stream: news }),
      harness.join(2, { stream: news }),
      harness.join(3, { stream: sport }),
    ]
    decide({ p2p: 'on', uploadBytesPerSecondMax: 1000 })
    for (const client of [one, two])
      assert.deepEqual(toldTo(client), [{ p2p: 'on', uploadBytesPerSecondMax: 1000 }])
    assert.deepEqual(toldTo(other), [])
    decide({ p2p: 'on', uploadBytesPerSecondMax: 1000 })
    assert.equal(toldTo(one).length, 1, 'not told again')
  })

  it('reach those who join later, also when nobody was there', () => {
    decide({ p2p: 'off' })
    const first = harness.join(1, { stream: news })
    assert.deepEqual(joinedOf(first)?.policy, { p2p: 'off' })
    harness.step({ kind: 'connection-closed', connection: first.connection })
    assert.deepEqual(joinedOf(harness.join(2, { stream: news }))?.policy, { p2p: 'off' })
    assert.equal('policy' in (joinedOf(harness.join(3, { stream: sport })) ?? {}), false)
  })

  for (const p2p of ['off', 'drain'] as const) {
    it(`introduce nobody while P2P is ${p2p}, neither at the join nor when asked`, () => {
      decide({ p2p })
      harness.join(1, { stream: news })
      const two = harness.join(2, { stream: news })
      assert.deepEqual(joinedOf(two)?.introductions, [])
      assert.equal(joinedOf(two)?.members.length, 1)
      const introduced = () =>
        two.replies.flatMap((reply) => (reply.kind === 'introduce' ? reply.introductions : []))
      harness.say(two, { kind: 'seek', count: 4, except: [] })
      assert.deepEqual(introduced(), [])
      assert.equal(two.replies.at(-1)?.kind, 'introduce', 'answered all the same')
      decide(openPolicy)
      harness.say(two, { kind: 'seek', count: 4, except: [] })
      assert.deepEqual(introduced(), [{ member: memberId(1), initiate: true }])
    })
  }

  it('make strangers of those who were introduced when P2P goes off, and not when it drains', () => {
    harness.join(1, { stream: news })
    const two = harness.join(2, { stream: news })
    const offer = () => harness.say(two, { kind: 'signal', to: memberId(1), signals: [{ type: 'offer' }] })
    const refused = () => two.replies.filter((reply) => reply.kind === 'error').length
    decide({ p2p: 'drain' })
    offer()
    assert.equal(refused(), 0)
    decide({ p2p: 'off' })
    offer()
    assert.equal(refused(), 1)
  })

  it('are in the statistics of the stream', () => {
    harness.join(1, { stream: news })
    decide({ p2p: 'drain' })
    assert.deepEqual(harness.core.stats(0, 1).streams[0]?.policy, { p2p: 'drain' })
    assert.deepEqual(harness.core.policies.entries(), [[news, { p2p: 'drain' }]])
    decide(openPolicy)
    assert.deepEqual(harness.core.policies.entries(), [])
  })

  it('hold what was set last for each stream, whatever the order', () => {
    const sets = fc.array(
      fc.tuple(
        fc.constantFrom(news, sport),
        anyPolicy.map((policy) => ({ ...policy })),
      ),
      { maxLength: 30 },
    )
    fc.assert(
      fc.property(sets, (given) => {
        const policies = new Policies()
        for (const [stream, policy] of given) policies.set(stream, policy)
        const last = new Map(given)
        for (const stream of [news, sport])
          assert.deepEqual(policies.of(stream), last.get(stream) ?? openPolicy)
        assert.ok(
          policies
            .entries()
            .every(([, policy]) => policy.p2p !== 'on' || 'uploadBytesPerSecondMax' in policy),
        )
      }),
    )
  })

  it(`are at most ${policiesMax}: one more is refused, and room comes back`, () => {
    const policies = new Policies()
    const set = (index: number, policy: StreamPolicy) => policies.set(`stream ${index}` as StreamId, policy)
    for (let index = 0; index < policiesMax; index += 1) set(index, { p2p: 'off' })
    assert.equal(set(policiesMax, { p2p: 'off' }), 'full')
    assert.equal(set(0, { p2p: 'drain' }), 'changed')
    assert.equal(set(0, openPolicy), 'changed')
    assert.equal(set(policiesMax, { p2p: 'off' }), 'changed')
  })
})
