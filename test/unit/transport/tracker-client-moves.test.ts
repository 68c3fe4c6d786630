import assert from 'node:assert/strict'
import { TrackerClient } from '../../../client-sdk/src/transport/tracker-client.js'
import { moveIntervalMs } from '../../../client-sdk/src/transport/tracker-route.js'
import type { StreamId } from '../../../protocol/ids.js'
import { streamHash } from '../../../protocol/stream-hash.js'
import type { TrackerReply } from '../../../protocol/tracker-messages.js'
import { seededRandom } from '../../support/swarm/seeded-random.js'
import { VirtualClock } from '../../support/swarm/virtual-clock.js'
import { FakeSockets } from '../../support/transport/fake-socket.js'
import { memberId, swarmId } from '../../support/transport/member-ids.js'

const url = 'wss://tracker.test'
const home = 'wss://t2.tracker.test'
const query = `/?s=${streamHash('live')}`

describe('TrackerClient, told to move', () => {
  let clock: VirtualClock
  let sockets: FakeSockets
  let client: TrackerClient
  let states: string[]
  let warnings: string[]

  beforeEach(() => {
    clock = new VirtualClock()
    sockets = new FakeSockets()
    states = []
    warnings = []
    const nothing = () => undefined
    const listener = {
      stateChanged: (state: string) => states.push(state),
      joined: nothing,
      policyChanged: nothing,
      digestsTold: nothing,
      edgeTold: nothing,
      rosterChanged: nothing,
      gone: nothing,
      introduced: nothing,
      signalled: nothing,
      tokenFailed: nothing,
      warned: (code: string) => warnings.push(code),
    }
    const membership = {
      url,
      stream: 'live' as StreamId,
      member: memberId(1),
      role: 'viewer',
      uploads: true,
    } as const
    client = new TrackerClient(membership, listener, { sockets, clock, random: seededRandom(1) })
    client.open()
  })
  afterEach(() => {
    client.close()
    assert.equal(clock.pending, 0)
    assert.ok(sockets.made.every(({ state }) => state === 'closed'))
  })

  function join(): void {
    sockets.last.open()
    sockets.last.reply({
      kind: 'joined',
      member: memberId(1),
      swarm: swarmId(1),
      resume: 'secret',
      members: [],
      introductions: [],
      reportIntervalMs: 5000,
    })
  }

  const move = (to: string, afterMs = 2000): TrackerReply => ({ kind: 'move', url: to, afterMs })

  it('leaves and joins there at its time, resuming, and without looking lost', () => {
    join()
    const first = sockets.last
    first.reply(move(home))
    clock.runUntil(1999)
    assert.equal(sockets.made.length, 1)
    clock.runUntil(2000)
    assert.equal(first.sent.at(-1)?.['kind'], 'leave')
    assert.equal(first.state, 'closed')
    assert.equal(sockets.last.url, home + query)
    join()
    assert.equal(sockets.last.sent[0]?.['resume'], 'secret')
    assert.deepEqual(states, ['connecting', 'joined', 'connecting', 'joined'])
  })

  it('comes back to the tracker when that process is gone, and when it never answers', () => {
    join()
    sockets.last.reply(move(home, 0))
    clock.runUntil(clock.now() + 1)
    join()
    sockets.last.drop()
    clock.runUntil(clock.now() + 30_000)
    assert.equal(sockets.made.at(2)?.url, url + query)
  })

  it('does not go to a host that is not the tracker’s, and stays where it is', () => {
    join()
    sockets.last.reply(move('wss://evil.test'))
    clock.runUntil(clock.now() + 60_000)
    assert.deepEqual([client.state, warnings, sockets.made.length], ['joined', ['move-refused'], 1])
  })

  it('is not sent round in circles', () => {
    join()
    sockets.last.reply(move(home, 0))
    clock.runUntil(clock.now() + 1)
    join()
    sockets.last.reply(move('wss://t3.tracker.test', 0))
    clock.runUntil(clock.now() + moveIntervalMs - 10)
    assert.deepEqual([sockets.made.length, warnings], [2, ['move-refused']])
  })

  it('goes on to another process when this one has no room, before it has joined', () => {
    sockets.last.open()
    sockets.last.reply(move(home, 500))
    assert.equal(sockets.last.state, 'closed')
    clock.runUntil(500)
    assert.equal(sockets.last.url, home + query)
    join()
    assert.equal(client.state, 'joined')
  })

  it('shows the balancer another hash after a full tracker', () => {
    sockets.last.open()
    sockets.last.reply({ kind: 'error', code: 'tracker-full', message: 'full', retryAfterMs: 1000 })
    clock.runUntil(2000)
    assert.equal(sockets.last.url, `${url}${query}-1`)
  })

  it('stays away when it is banned', () => {
    join()
    sockets.last.reply({ kind: 'error', code: 'banned', message: 'banned' })
    assert.equal(client.state, 'refused')
    clock.runUntil(clock.now() + 600_000)
    assert.equal(sockets.made.length, 1)
  })
})
