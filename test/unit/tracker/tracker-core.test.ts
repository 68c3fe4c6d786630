import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { StreamId } from '../../../protocol/ids.js'
import { signalBytesMax, trackerMessageBytesMax } from '../../../protocol/limits.js'
import {
  CoreHarness,
  errorCodesOf,
  introducedTo,
  joinedOf,
  joinRequest,
  memberId,
  repliesOf,
  testSettings,
  type Client,
} from './core-harness.js'

const leave = { kind: 'leave' } as const
const update = { kind: 'update', uploads: true } as const

describe('the tracker core', () => {
  describe('who may speak', () => {
    it('is who joins within ten seconds', () => {
      const harness = new CoreHarness()
      const prompt = harness.join(1)
      const late = harness.connect()
      harness.pass(testSettings.joinTimeoutMs - 1)
      assert.equal(late.closed, undefined)
      harness.pass(1)
      assert.equal(late.closed, 1008)
      assert.deepEqual(errorCodesOf(late), ['out-of-order'])
      harness.pass(100_000)
      assert.equal(prompt.closed, undefined)
    })

    it('is who joins first, and once', () => {
      const harness = new CoreHarness()
      const client = harness.connect()
      harness.say(client, update)
      harness.say(client, joinRequest(1))
      harness.say(client, joinRequest(1))
      assert.deepEqual(
        client.replies.map(({ kind }) => kind),
        ['error', 'joined', 'error'],
      )
      assert.deepEqual(errorCodesOf(client), ['out-of-order', 'out-of-order'])
      assert.equal(harness.core.stats(harness.now, 1).totals.members, 1)
    })

    it('is who speaks our version', () => {
      const harness = new CoreHarness()
      const client = harness.connect()
      harness.sayText(client, JSON.stringify({ ...joinRequest(1), version: 2 }))
      assert.deepEqual(errorCodesOf(client), ['unsupported-version'])
      assert.equal(client.closed, 1008)
    })

    it('is nobody whose connection is gone', () => {
      const harness = new CoreHarness()
      const client = harness.connect()
      harness.disconnect(client)
      assert.deepEqual(harness.say(client, joinRequest(1)), [])
      harness.disconnect(client)
      assert.equal(harness.core.stats(harness.now, 1).totals.members, 0)
    })

    it('is at most as many as the settings say', () => {
      const harness = new CoreHarness({ membersMax: 2, connectionsMax: 4, streamsMax: 1 })
      harness.join(1)
      const otherStream = harness.join(2, { stream: 'sport' as StreamId })
      harness.join(2)
      const third = harness.join(3)
      for (const refused of [otherStream, third]) {
        const [error] = repliesOf(refused, 'error')
        assert.equal(error?.code, 'tracker-full')
        assert.ok((error.retryAfterMs ?? 0) >= 1000)
        assert.equal(refused.closed, 1013)
      }
      harness.connect()
      harness.connect()
      const fifth = harness.connect()
      assert.deepEqual(errorCodesOf(fifth), ['tracker-full'])
      assert.equal(fifth.closed, 1013)
      assert.equal(harness.core.stats(harness.now, 1).connections, 4)
    })
  })

  describe('a member id in use', () => {
    it('is refused to others, who may take another one', () => {
      const harness = new CoreHarness()
      harness.join(1)
      const thief = harness.join(1, { resume: 'resume of somebody else' })
      const guess = harness.join(1)
      assert.deepEqual([errorCodesOf(thief), errorCodesOf(guess)], [['member-in-use'], ['member-in-use']])
      harness.say(guess, joinRequest(2))
      assert.equal(joinedOf(guess).member, memberId(2))
    })

    it('goes to the connection that proves it had it, and the old one is closed', () => {
      const harness = new CoreHarness()
      const old = harness.join(1)
      const other = harness.join(2)
      const { resume } = joinedOf(old)
      const fresh = harness.join(1, { resume })
      assert.deepEqual(errorCodesOf(old), ['member-in-use'])
      assert.equal(old.closed, 1008)
      assert.equal(joinedOf(fresh).resume, resume)
      assert.deepEqual(introducedTo(fresh), [{ member: memberId(2), initiate: true }])
      harness.disconnect(old)
      const { totals, streams } = harness.core.stats(harness.now, 1)
      assert.deepEqual([totals.members, streams[0]?.cells.length], [2, 1])
      harness.say(other, { kind: 'signal', to: memberId(1), signals: [{ renegotiate: true }] })
      assert.equal(repliesOf(fresh, 'signal').length, 1)
    })

    it('keeps its place in a full cell, and a stream of one goes on with its totals', () => {
      const harness = new CoreHarness()
      const clients = Array.from({ length: 64 }, (_, index) => harness.join(index))
      const [first] = clients
      assert.ok(first)
      const report = { cdnBytes: 5, peerBytes: 0, uploadedBytes: 0, wastedBytes: 0, rescues: 0, links: 0 }
      harness.say(first, { kind: 'report', ...report })
      harness.join(0, { resume: joinedOf(first).resume })
      assert.equal(harness.core.stats(harness.now, 1).streams[0]?.cells.length, 1)
      for (const client of clients.slice(1)) harness.disconnect(client)
      const again = harness.join(0, { resume: joinedOf(first).resume })
      assert.equal(harness.core.stats(harness.now, 1).streams[0]?.bytes.cdn, 5)
      assert.equal(again.closed, undefined)
    })

    it('is free again when its connection is gone', () => {
      const harness = new CoreHarness()
      harness.disconnect(harness.join(1))
      assert.equal(joinedOf(harness.join(1)).member, memberId(1))
    })
  })

  describe('violations', () => {
    it('are answered with a code, and the fifth ends the connection', () => {
      const harness = new CoreHarness()
      const client = harness.join(1)
      const watcher = harness.join(2)
      harness.sayText(client, '{')
      harness.sayText(client, '{"kind":"dance"}')
      harness.sayText(client, 'x'.repeat(trackerMessageBytesMax + 1))
      harness.step({ kind: 'binary-received', connection: client.connection })
      assert.equal(client.closed, undefined)
      harness.sayText(client, JSON.stringify({ kind: 'seek', count: 'y'.repeat(5000), except: [] }))
      assert.deepEqual(errorCodesOf(client), [
        'malformed',
        'unknown-kind',
        'oversized',
        'malformed',
        'malformed',
      ])
      assert.equal(client.closed, 1008)
      harness.pass(200)
      assert.equal(watcher.closed, undefined)
      assert.deepEqual(repliesOf(watcher, 'roster').at(-1)?.gone, [memberId(1)])
    })

    it('are forgiven with time', () => {
      const harness = new CoreHarness()
      const client = harness.join(1)
      for (let minute = 0; minute < 20; minute += 1) {
        harness.sayText(client, '{')
        harness.pass(60_000)
      }
      assert.equal(client.closed, undefined)
    })

    it('include speaking too fast', () => {
      const harness = new CoreHarness({ messageBurst: 10, messagesPerSecond: 2 })
      const client = harness.join(1)
      for (let message = 1; message < 10; message += 1) harness.say(client, update)
      assert.deepEqual(errorCodesOf(client), [])
      harness.pass(500)
      harness.say(client, update)
      assert.deepEqual(errorCodesOf(client), [])
      for (let message = 0; message < 10; message += 1) harness.say(client, update)
      assert.deepEqual(errorCodesOf(client), Array(5).fill('too-many-messages'))
      assert.equal(client.closed, 1008)
    })

    it('include signals that are too long, too deep, or grow when they are passed on', () => {
      const harness = new CoreHarness()
      const [sender, receiver] = [harness.join(1), harness.join(2)]
      const signal = (signals: string) =>
        harness.sayText(sender, `{"kind":"signal","to":"${memberId(2)}","signals":[${signals}]}`)
      signal(JSON.stringify({ sdp: 'x'.repeat(signalBytesMax) }))
      signal(`{"deep":${'['.repeat(30_000)}${']'.repeat(30_000)}}`)
      signal(`{"wide":[${Array(8000).fill('1e20').join(',')}]}`)
      assert.deepEqual(errorCodesOf(sender), ['oversized', 'malformed', 'oversized'])
      assert.deepEqual(repliesOf(receiver, 'signal'), [])
      const long = JSON.stringify({ sdp: 'x'.repeat(signalBytesMax - 20) })
      signal([long, long, long].join(','))
      assert.equal(repliesOf(receiver, 'signal')[0]?.signals.length, 3)
    })
  })

  it('keeps its members when the clock jumps, a day on or an hour back', () => {
    const harness = new CoreHarness()
    const [one, two] = [harness.join(1), harness.join(2)]
    for (const jumpMs of [86_400_000, -3_600_000, 3_600_000]) {
      harness.now += jumpMs
      harness.say(two, { kind: 'signal', to: memberId(1), signals: [{ type: 'offer', sdp: 'v=0' }] })
      harness.say(two, { kind: 'update', uploads: jumpMs > 0 })
      harness.pass(1000)
    }
    assert.equal(repliesOf(one, 'signal').length, 3)
    assert.ok(repliesOf(one, 'roster').length >= 2)
    assert.deepEqual(
      [one.closed, two.closed, ...errorCodesOf(one), ...errorCodesOf(two)],
      [undefined, undefined],
    )
  })

  it('spreads a crowd that must come back over as long as another tracker needs for it', () => {
    const harness = new CoreHarness()
    const clients = Array.from({ length: 5000 }, () => harness.connect())
    harness.step({ kind: 'stop-requested' })
    const delays = clients.map((client) => repliesOf(client, 'error')[0]?.retryAfterMs ?? 0)
    const perSecond = Array.from({ length: 12 }, (_, second) =>
      delays.filter((delay) => Math.floor(delay / 1000) === second),
    )
    assert.ok(
      perSecond.every((returning) => returning.length < 600),
      String(perSecond.map(({ length }) => length)),
    )
    assert.equal(perSecond.flat().length, 5000)
  })

  it('sends everyone away when it stops, each to come back at another time', () => {
    const harness = new CoreHarness()
    const clients = [...Array.from({ length: 50 }, (_, index) => harness.join(index)), harness.connect()]
    harness.step({ kind: 'stop-requested' })
    const delays = clients.map((client) => repliesOf(client, 'error')[0]?.retryAfterMs ?? 0)
    assert.ok(delays.every((delay) => delay >= 1000 && delay <= 5000))
    assert.ok(new Set(delays).size > 40)
    assert.ok(clients.every((client) => client.closed === 1001))
    assert.equal(harness.core.wakeAt(), undefined)
    const late = harness.connect()
    assert.deepEqual(errorCodesOf(late), ['shutting-down'])
    assert.equal(late.closed, 1013)
  })

  it('keeps nothing of those who left', () => {
    const harness = new CoreHarness({ streamsMax: 1000 })
    // What the address has used of its limits is remembered for a minute.
    harness.disconnect(harness.connect())
    const empty = sizeOf(harness)
    for (let round = 0; round < 5; round += 1) {
      const clients = Array.from({ length: 200 }, (_, index) =>
        harness.join(index, { stream: `stream ${index % 50} of ${round}` as StreamId }),
      )
      harness.pass(150)
      clients.forEach((client, index) => {
        if (index % 2 === 0) harness.disconnect(client)
        else harness.say(client, leave)
      })
    }
    harness.pass(1000)
    assert.equal(sizeOf(harness), empty)
    assert.equal(harness.core.wakeAt(), undefined)
  })

  it('is the same for the same seed', () => {
    const play = (seed: number) => {
      const harness = new CoreHarness({}, seed)
      return Array.from({ length: 80 }, (_, index) => harness.join(index).replies)
    }
    assert.deepEqual(play(7), play(7))
    assert.notDeepEqual(play(7), play(8))
  })

  it('survives anything', () => {
    const id = fc.nat(8).map(memberId)
    const fields = {
      version: fc.constantFrom(1, 1, 1, 2),
      stream: fc.constantFrom('a', 'b', '__proto__', ''),
      member: id,
      role: fc.constantFrom('viewer', 'fog', 'king'),
      uploads: fc.boolean(),
      rendition: fc.constantFrom('hd', 'constructor', '__proto__', ' '),
      resume: fc.constantFrom(...[1, 2, 3].map((who) => `resume ${'f'.repeat(39)}1 ${memberId(who)}`)),
      to: id,
      signals: fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 4 }),
      count: fc.integer({ min: -1, max: 20 }),
      except: fc.array(id),
      cdnBytes: fc.maxSafeNat(),
      peerBytes: fc.maxSafeNat(),
      uploadedBytes: fc.maxSafeNat(),
      wastedBytes: fc.oneof(fc.nat(), fc.double()),
      rescues: fc.nat(),
      links: fc.nat(),
    }
    const request = fc.record(
      {
        kind: fc.constantFrom('join', 'join', 'update', 'signal', 'seek', 'report', 'leave', 'toString'),
        ...fields,
      },
      { requiredKeys: ['kind', 'version', 'stream', 'member', 'role', 'uploads', 'to', 'signals', 'count'] },
    )
    const text = fc.oneof(
      request.map((it) => JSON.stringify(it)),
      fc.json(),
      fc.string(),
    )
    const step = fc.record({
      kind: fc.constantFrom('open', 'text', 'text', 'text', 'text', 'text', 'binary', 'close', 'time'),
      client: fc.nat(11),
      text,
      ms: fc.nat(300),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), fc.nat(), (steps, seed) => {
        const harness = new CoreHarness({ membersMax: 6, connectionsMax: 9, streamsMax: 2 }, seed)
        const clients: Client[] = []
        for (const { kind, client: index, text: said, ms } of steps) {
          const client = clients[index % Math.max(1, clients.length)]
          if (kind === 'open' || !client) clients.push(harness.connect())
          else if (kind === 'text') harness.sayText(client, said)
          else if (kind === 'binary') harness.step({ kind: 'binary-received', connection: client.connection })
          else if (kind === 'close') harness.disconnect(client)
          else harness.pass(ms)
          const { connections, totals } = harness.core.stats(harness.now, 5)
          assert.ok(connections <= 9 && totals.members <= 6 && totals.streams <= 2)
        }
        for (const client of clients) harness.disconnect(client)
        assert.deepEqual(harness.core.stats(harness.now, 1).streams, [])
      }),
      { numRuns: 300 },
    )
  })
})

/** How many objects a harness's core reaches, by walking all of it. */
function sizeOf({ core }: CoreHarness): number {
  const seen = new Set<unknown>()
  const waiting: unknown[] = [core]
  while (waiting.length > 0) {
    const value = waiting.pop()
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    if (value instanceof Map) for (const [key, held] of value) waiting.push(key, held)
    else if (value instanceof Set) waiting.push(...value)
    else waiting.push(...Object.values(value))
  }
  return seen.size
}
