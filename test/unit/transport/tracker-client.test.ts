import assert from 'node:assert/strict'
import {
  joinTimeoutMs,
  malformedRepliesMax,
  TrackerClient,
  type TrackerMembership,
} from '../../../client-sdk/src/transport/tracker-client.js'
import type { ReportTotals } from '../../../client-sdk/src/transport/report-base.js'
import type { RenditionId, StreamId } from '../../../protocol/ids.js'
import type { RosterEntry } from '../../../protocol/member.js'
import type { JoinedReply, TrackerErrorCode } from '../../../protocol/tracker-messages.js'
import { seededRandom } from '../../support/swarm/seeded-random.js'
import { VirtualClock } from '../../support/swarm/virtual-clock.js'
import { FakeSockets } from '../../support/transport/fake-socket.js'
import { memberId, swarmId } from '../../support/transport/member-ids.js'
import { settle } from '../../support/transport/pass-time.js'

const self = memberId(1)
const viewer = (number: number): RosterEntry => ({ member: memberId(number), role: 'viewer', uploads: true })

const joinedReply: JoinedReply = {
  kind: 'joined',
  member: self,
  swarm: swarmId(1),
  resume: 'secret',
  members: [viewer(2), viewer(3)],
  introductions: [{ member: memberId(2), initiate: true }],
  reportIntervalMs: 5_000,
}

describe('TrackerClient', () => {
  let clock: VirtualClock
  let sockets: FakeSockets
  let heard: unknown[][]
  let client: TrackerClient

  function start(change: Partial<TrackerMembership> = {}, random = seededRandom(1)): void {
    const membership: TrackerMembership = {
      url: 'wss://tracker.test',
      stream: 'live' as StreamId,
      member: self,
      role: 'viewer',
      uploads: true,
      ...change,
    }
    const say =
      (name: string) =>
      (...values: unknown[]): void => {
        heard.push([name, ...values])
      }
    const listener = {
      stateChanged: say('state'),
      policyChanged: say('policy'),
      joined: say('joined'),
      rosterChanged: say('roster'),
      gone: say('gone'),
      introduced: say('introduced'),
      signalled: say('signalled'),
      digestsTold: say('digestsTold'),
      edgeTold: say('edgeTold'),
      tokenFailed: say('tokenFailed'),
      warned: say('warned'),
    }
    client = new TrackerClient(membership, listener, { sockets, clock, random })
    client.open()
  }

  function join(): void {
    sockets.last.open()
    sockets.last.reply(joinedReply)
  }

  /** Lets time pass until the next socket is made; returns how long that took. */
  function untilNextSocket(): number {
    const [at, made] = [clock.now(), sockets.made.length]
    while (sockets.made.length === made) clock.runUntil(clock.now() + 1)
    return clock.now() - at
  }

  const of = (name: string): unknown[][] =>
    heard.filter((event) => event[0] === name).map((event) => event.slice(1))
  const lastRoster = (): unknown[] =>
    ((of('roster').at(-1) ?? [])[0] as RosterEntry[]).map((entry) => Number.parseInt(entry.member, 16))

  beforeEach(() => {
    clock = new VirtualClock()
    sockets = new FakeSockets()
    heard = []
  })
  afterEach(() => {
    client.close()
    client.close()
    assert.equal(clock.pending, 0)
    assert.ok(sockets.made.every((socket) => socket.state === 'closed'))
    assert.deepEqual(heard.at(-1), ['state', 'closed'])
  })

  it('joins, and hands on the roster and the introductions', () => {
    start({ rendition: 'r1' as RenditionId, token: 't' })
    join()
    assert.deepEqual(sockets.last.sent, [
      {
        kind: 'join',
        version: 1,
        stream: 'live',
        member: self,
        role: 'viewer',
        uploads: true,
        rendition: 'r1',
      },
    ])
    assert.deepEqual(sockets.last.protocols, ['prismesh.v1', 'prismesh.token.t'])
    assert.deepEqual(
      heard.map(([name]) => name),
      ['state', 'state', 'policy', 'joined', 'roster', 'introduced'],
    )
    assert.deepEqual(lastRoster(), [2, 3])
    assert.equal(client.state, 'joined')
  })

  it('keeps the roster whole over changes', () => {
    start()
    join()
    sockets.last.reply({
      kind: 'roster',
      present: [{ ...viewer(3), uploads: false }, viewer(4)],
      gone: [memberId(2)],
    })
    assert.deepEqual(lastRoster(), [3, 4])
    assert.deepEqual(of('gone'), [[[memberId(2)]]])
    const crowd = Array.from({ length: 64 }, (_, index) => viewer(index + 1))
    sockets.last.reply({ kind: 'roster', present: crowd, gone: [] })
    assert.ok(!lastRoster().includes(1))
    sockets.last.reply({ kind: 'roster', present: [viewer(100), viewer(101)], gone: [] })
    assert.equal(lastRoster().length, 64)
  })

  it('relays signals both ways, seeks and updates, and leaves at the end', () => {
    start()
    client.signal(memberId(2), [{ type: 'offer' }])
    join()
    client.signal(memberId(2), [{ type: 'offer' }])
    client.seek(3, [memberId(2)])
    client.update({ uploads: false })
    sockets.last.reply({ kind: 'signal', from: memberId(2), signals: [{ type: 'answer' }] })
    sockets.last.reply({ kind: 'introduce', introductions: [{ member: memberId(4), initiate: false }] })
    client.close()
    assert.deepEqual(sockets.last.sent.slice(1), [
      { kind: 'signal', to: memberId(2), signals: [{ type: 'offer' }] },
      { kind: 'seek', count: 3, except: [memberId(2)] },
      { kind: 'update', uploads: false },
      { kind: 'leave' },
    ])
    assert.deepEqual(of('signalled'), [[memberId(2), [{ type: 'answer' }]]])
    assert.equal(of('introduced').length, 2)
  })

  it('comes back after a loss, with its resume secret and what has changed meanwhile', () => {
    start()
    join()
    sockets.last.drop()
    assert.equal(client.state, 'waiting')
    client.update({ rendition: 'r2' as RenditionId, uploads: false })
    clock.runUntil(1_000)
    assert.equal(sockets.made.length, 2)
    join()
    const { resume, rendition, uploads } = sockets.last.sent[0] ?? {}
    assert.deepEqual([resume, rendition, uploads], ['secret', 'r2', false])
  })

  it('waits a random time, up to twice as long after each failure, at most 30 s', () => {
    start({}, () => 0.999)
    const waits: number[] = []
    for (let failure = 0; failure < 8; failure += 1) {
      sockets.last.drop()
      waits.push(Math.round(untilNextSocket() / 1000))
    }
    assert.deepEqual(waits, [1, 2, 4, 8, 16, 30, 30, 30])
  })

  it('starts over with short waits only after it was joined for some time', () => {
    start({}, () => 0.999)
    for (let failure = 0; failure < 5; failure += 1) {
      join()
      sockets.last.drop()
      assert.ok(untilNextSocket() > 900 * 2 ** failure)
    }
    join()
    clock.runUntil(clock.now() + 10_000)
    sockets.last.drop()
    assert.ok(untilNextSocket() <= 1_000)
  })

  it('waits as long as the tracker asks, and some more, but not for ever', () => {
    start()
    sockets.last.open()
    sockets.last.reply({ kind: 'error', code: 'tracker-full', message: 'full', retryAfterMs: 60_000 })
    client.retryNow()
    const asked = untilNextSocket()
    assert.ok(asked >= 60_000 && asked <= 90_000, `${asked}`)
    sockets.last.open()
    const retryAfterMs = Number.MAX_SAFE_INTEGER
    sockets.last.reply({ kind: 'error', code: 'tracker-full', message: 'full', retryAfterMs })
    assert.ok(untilNextSocket() <= 900_000)
  })

  it('tries at once when told that the network is back', () => {
    start({}, () => 0.999)
    client.retryNow()
    assert.equal(sockets.made.length, 1)
    sockets.last.drop()
    client.retryNow()
    assert.equal(sockets.made.length, 2)
  })

  const outcomes: readonly (readonly [TrackerErrorCode, 'before' | 'after', string])[] = [
    ['unsupported-version', 'before', 'refused'],
    ['malformed', 'before', 'refused'],
    ['member-in-use', 'before', 'waiting'],
    ['stream-full', 'before', 'waiting'],
    ['unsupported-version', 'after', 'refused'],
    ['not-introduced', 'after', 'joined'],
    ['malformed', 'after', 'joined'],
  ]
  for (const [code, when, state] of outcomes) {
    it(`is ${state} after the error ${code} ${when} it joined`, () => {
      start()
      if (when === 'after') join()
      else sockets.last.open()
      sockets.last.reply({ kind: 'error', code, message: 'why' })
      assert.equal(client.state, state)
      assert.deepEqual(of('warned'), [[code, 'why']])
      if (state !== 'refused') return
      client.retryNow()
      clock.runUntil(3_600_000)
      assert.equal(sockets.made.length, 1)
    })
  }

  it('gives up a socket that does not open, and one that does not answer', () => {
    start({}, () => 0)
    clock.runUntil(joinTimeoutMs)
    assert.deepEqual(
      of('warned').map(([code]) => code),
      ['join-unanswered'],
    )
    assert.equal(sockets.made[0]?.state, 'closed')
    assert.equal(sockets.made.length, 2)
    sockets.last.open()
    clock.runUntil(2 * joinTimeoutMs)
    assert.equal(sockets.made.length, 3)
  })

  it('ignores replies that make no sense, and after several in a row drops the socket', () => {
    start()
    join()
    const rubbish = ['', 'null', '{"kind":"joined"}', '{"kind":"dance"}', '[', 'x'.repeat(70_000)]
    for (let index = 0; index < malformedRepliesMax - 1; index += 1)
      sockets.last.receive(rubbish[index] ?? '')
    assert.equal(client.state, 'joined')
    sockets.last.reply({ kind: 'roster', present: [], gone: [] })
    for (let index = 0; index < malformedRepliesMax; index += 1) sockets.last.receive(rubbish[index] ?? '')
    assert.equal(client.state, 'waiting')
  })

  it('reports the newest totals as often as the tracker asked for', () => {
    start()
    const totals = (links: number): ReportTotals => ({
      cdnBytes: 1,
      peerBytes: 2,
      uploadedBytes: 3,
      wastedBytes: 4,
      rescues: 5,
      links,
      linksMade: 0,
      linksFailed: { 'connection-failed': 0, 'offer-missing': 0, 'no-room': 0, other: 0 },
      stalls: 0,
      latencyMs: undefined,
      uploadRule: undefined,
    })
    client.report(totals(0))
    join()
    for (let second = 1; second <= 12; second += 1) {
      clock.runUntil(second * 1000)
      client.report(totals(second))
    }
    const reports = sockets.last.sent.filter((message) => message['kind'] === 'report')
    assert.deepEqual(
      reports.map((report) => report['links']),
      [4, 9],
    )
  })

  it('asks for a fresh token at each connection', async () => {
    let calls = 0
    start({ token: () => Promise.resolve(`t${(calls += 1)}`) })
    await settle()
    sockets.last.open()
    sockets.last.drop()
    clock.runUntil(1_000)
    await settle()
    sockets.last.open()
    assert.deepEqual(
      sockets.made.map((socket) => socket.protocols[1]),
      ['prismesh.token.t1', 'prismesh.token.t2'],
    )
  })

  for (const [what, token] of [
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
    ['gives no text', () => undefined as unknown as string],
    ['gives what no header may hold', () => 'a token, and more'],
  ] as const) {
    it(`tells when the function for the token ${what}, and tries again`, async () => {
      start({ token })
      await settle()
      assert.equal(of('tokenFailed').length, 1)
      assert.equal(sockets.made.length, 0)
      assert.equal(client.state, 'waiting')
    })
  }

  for (const code of ['token-expired', 'token-used', 'token-invalid', 'token-mismatch'] as const) {
    it(`comes back with a fresh token after ${code}, and stops when fresh ones are refused as well`, async () => {
      let calls = 0
      start({ token: () => `t${(calls += 1)}` })
      for (let refusals = 1; refusals <= 3; refusals += 1) {
        await settle()
        assert.equal(sockets.last.protocols[1], `prismesh.token.t${refusals}`)
        sockets.last.open()
        sockets.last.reply({ kind: 'error', code, message: 'refused' })
        assert.equal(client.state, refusals < 3 ? 'waiting' : 'refused')
        clock.runUntil(clock.now() + 5_000)
      }
      assert.deepEqual(of('warned').length, 3)
      assert.equal(calls, 3)
    })

    it(`is refused at once by ${code} where the token is a text`, () => {
      start({ token: 'fixed' })
      sockets.last.open()
      sockets.last.reply({ kind: 'error', code, message: 'refused' })
      assert.equal(client.state, 'refused')
    })
  }

  for (const code of ['token-missing', 'origin-refused'] as const) {
    it(`is refused for good by ${code}`, () => {
      start()
      sockets.last.open()
      sockets.last.reply({ kind: 'error', code, message: 'refused' })
      assert.equal(client.state, 'refused')
    })
  }

  it('tells the function for the token what the token is for', async () => {
    const asked: unknown[] = []
    start({
      token: (purpose) => {
        asked.push(purpose)
        return 't'
      },
    })
    await settle()
    assert.deepEqual(asked, [{ stream: 'live', member: self }])
  })

  it('opens nothing when it is closed while the token is awaited', async () => {
    start({ token: () => Promise.resolve('late') })
    client.close()
    await settle()
    assert.equal(sockets.made.length, 0)
  })
})
