import assert from 'node:assert/strict'
import { pino } from 'pino'
import type { StreamId } from '../../../protocol/ids.js'
import { openPolicy } from '../../../protocol/stream-policy.js'
import { PolicyDesk } from '../../../tracker/src/server/operator/policy-desk.js'
import { CoreHarness } from './core-harness.js'

const news = 'news' as StreamId

describe('the desk of policies', () => {
  let harness: CoreHarness
  let desk: PolicyDesk
  let shared: unknown[]

  beforeEach(() => {
    harness = new CoreHarness()
    shared = []
    desk = new PolicyDesk(
      {
        policies: harness.core.policies,
        setPolicy: (stream, policy) => harness.step({ kind: 'policy-set', stream, policy }),
        log: pino({ level: 'silent' }),
        share: (...told) => void shared.push(told),
      },
      undefined,
    )
  })

  it('shares what was decided here, and does not pass on what it heard', () => {
    assert.equal(desk.set(news, { p2p: 'off' }), true)
    assert.deepEqual(shared, [[news, { p2p: 'off' }]])
    desk.heard(news, { p2p: 'drain' })
    assert.deepEqual(desk.entries(), [[news, { p2p: 'drain' }]])
    assert.equal(shared.length, 1)
  })

  it('takes back what it hears was taken back', () => {
    desk.set(news, { p2p: 'off' })
    desk.heard(news, null)
    assert.deepEqual(desk.entries(), [])
    assert.deepEqual(harness.core.policies.of(news), openPolicy)
  })

  it('tells a decision again to the fleet, of which a process may have missed it', () => {
    desk.set(news, { p2p: 'off' })
    desk.set(news, { p2p: 'off' })
    assert.equal(shared.length, 2)
  })

  it('believes nothing that is no policy', () => {
    for (const value of [5, 'off', {}, { p2p: 'x' }, { p2p: 'on', uploadBytesPerSecondMax: -1 }, []])
      desk.heard(news, value)
    for (const name of ['', 'x'.repeat(257)]) desk.heard(name, { p2p: 'off' })
    assert.deepEqual(desk.entries(), [])
  })
})
