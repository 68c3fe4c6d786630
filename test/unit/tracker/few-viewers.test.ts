import assert from 'node:assert/strict'
import type { StreamId } from '../../../protocol/ids.js'
import {
  CoreHarness,
  errorCodesOf,
  introducedTo,
  joinedOf,
  memberId,
  repliesOf,
  type Client,
} from './core-harness.js'

const fewViewers = { p2p: 'off', reason: 'few-viewers' } as const

describe('a stream that few watch', () => {
  const told = (client: Client) => repliesOf(client, 'policy').map(({ policy }) => policy)

  /** A stream whose tracker wants four viewers, and so many of them. */
  function watch(viewers: number): { harness: CoreHarness; clients: Client[] } {
    const harness = new CoreHarness({ p2pViewersMin: 4 })
    const clients = Array.from({ length: viewers }, (_, index) => harness.join(index))
    harness.pass(1000)
    return { harness, clients }
  }

  it('has no P2P, and says why', () => {
    const { harness, clients } = watch(3)
    for (const client of clients) {
      assert.deepEqual(joinedOf(client).policy, fewViewers)
      harness.say(client, { kind: 'seek', count: 8, except: [] })
      assert.deepEqual(introducedTo(client), [])
    }
  })

  it('gets P2P with enough viewers, who are then introduced', () => {
    const { clients } = watch(4)
    const [joiner] = clients.slice(-1)
    assert.ok(joiner)
    assert.equal(joinedOf(joiner).policy, undefined)
    for (const client of clients.slice(0, 3)) assert.deepEqual(told(client), [{ p2p: 'on' }])
    for (const client of clients) assert.equal(introducedTo(client).length, 3)
  })

  it('keeps it until half of them are gone', () => {
    const { harness, clients } = watch(4)
    const [first, second, third, last] = clients as [Client, Client, Client, Client]
    harness.disconnect(second)
    harness.disconnect(third)
    assert.deepEqual(told(first), [{ p2p: 'on' }])
    harness.disconnect(last)
    assert.deepEqual(told(first), [{ p2p: 'on' }, fewViewers])
    const returned = harness.join(1)
    assert.deepEqual(joinedOf(returned).policy, fewViewers)
    harness.say(first, { kind: 'signal', to: memberId(1), signals: [{ candidate: '' }] })
    assert.deepEqual(errorCodesOf(first), ['not-introduced'])
  })

  it('is off for the reason that the operator gave, where there is one', () => {
    const { harness, clients } = watch(3)
    harness.step({ kind: 'policy-set', stream: 'news' as StreamId, policy: { p2p: 'off' } })
    harness.join(3)
    const [first] = clients
    assert.ok(first)
    assert.deepEqual(told(first).at(-1), { p2p: 'off' })
    assert.deepEqual(introducedTo(first), [])
  })

  it('does not exist for an operator who sets no number', () => {
    const harness = new CoreHarness()
    assert.equal(joinedOf(harness.join(1)).policy, undefined)
  })
})
