import { deepEqual, equal } from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import type { MemberId, StreamId, SwarmId } from '../../../protocol/ids.js'
import {
  decodeTrackerRequest,
  encodeTrackerMessage,
  type JoinedReply,
} from '../../../protocol/tracker-messages.js'
import { resolveOptions, type PrismeshOptions } from '../../../client-sdk/src/options.js'
import type { SwarmListener } from '../../../client-sdk/src/session-parts.js'
import { noTotals } from '../../../client-sdk/src/stats.js'
import { TrackerSwarm } from '../../../client-sdk/src/tracker-swarm.js'
import type { SocketListener } from '../../../client-sdk/src/transport/socket.js'
import { VirtualClock } from '../../support/swarm/virtual-clock.js'

const self = '1'.repeat(40) as MemberId
const other = '2'.repeat(40) as MemberId

const joined: JoinedReply = {
  kind: 'joined',
  member: self,
  swarm: '9'.repeat(40) as SwarmId,
  resume: 'secret',
  members: [{ member: other, role: 'viewer', uploads: true }],
  introductions: [{ member: other, initiate: true }],
  reportIntervalMs: 10_000,
}

describe('TrackerSwarm', () => {
  let clock: VirtualClock
  let heard: string[]
  let sent: unknown[]
  let socket: SocketListener | undefined
  let offered: readonly string[]
  let closedSockets: number
  let connections: string[]
  let breakConnection: () => void

  beforeEach(() => {
    clock = new VirtualClock()
    heard = []
    sent = []
    socket = undefined
    offered = []
    closedSockets = 0
    connections = []
  })

  function join(options: Partial<PrismeshOptions> = {}): TrackerSwarm {
    const swarm = open(options)
    swarm.start()
    return swarm
  }

  /** It has not started: what the tracker says waits. */
  function open(options: Partial<PrismeshOptions> = {}): TrackerSwarm {
    const config = resolveOptions({ tracker: 'wss://tracker.example', ...options })
    const listener: SwarmListener = {
      phaseChanged: (phase) => void heard.push(phase),
      policyChanged: ({ p2p }) => void heard.push(`p2p ${p2p}`),
      rosterChanged: (members) => void heard.push(`roster ${members.length}`),
      linkOpened: () => void heard.push('link opened'),
      linkClosed: () => void heard.push('link closed'),
      linkFailed: (code) => void heard.push(`link failed: ${code}`),
      reportsWanted: (intervalMs) => void heard.push(`report every ${intervalMs}`),
      tokenFailed: (error) => void heard.push(String(error)),
      digestsExpected: (expected) => void heard.push(`digests ${expected ? 'expected' : 'not expected'}`),
      edgeTold: ({ last }) => void heard.push(`edge ${last}`),
      digestTold: ({ segment }, hashes) =>
        void heard.push(`digest ${segment.sequence} ${hashes?.length ?? '-'}`),
      trackerWarned: (code) => void heard.push(`warned ${code}`),
    }
    const swarm = new TrackerSwarm({ config, self, stream: 's' as StreamId, uploads: true }, listener, {
      clock,
      random: () => 0.5,
      checkSignature: (_key, _statement, signature) => Promise.resolve(signature[0] === 0 ? true : undefined),
      sockets: {
        connect: (_url, socketListener, protocols = []) => {
          offered = protocols
          socket = socketListener
          return {
            send: (text) => void sent.push(decodeTrackerRequest(text)),
            close: () => void (closedSockets += 1),
          }
        },
      },
      connector: {
        connect: (initiate, { failed }) => {
          breakConnection = failed
          connections.push(initiate ? 'offer' : 'answer')
          return { accept: () => {}, close: () => void connections.push('closed') }
        },
      },
    })
    swarm.open()
    return swarm
  }

  const kinds = (): unknown[] => sent.map((result) => (result as { value?: { kind?: string } }).value?.kind)

  it('joins, and listens to the tracker and makes the links that it proposes once it starts', () => {
    const swarm = open()
    socket?.opened()
    socket?.received(encodeTrackerMessage(joined))
    deepEqual(kinds(), ['join'])
    deepEqual([heard, connections], [[], []])
    swarm.start()
    deepEqual(heard, ['joined', 'p2p on', 'digests not expected', 'report every 10000', 'roster 1'])
    deepEqual(connections, ['offer'])
  })

  it('hears of a connection that was lost before it started after what had come by it', () => {
    const swarm = open()
    socket?.opened()
    socket?.received(encodeTrackerMessage(joined))
    socket?.closed()
    swarm.start()
    deepEqual([heard[0], heard.at(-1)], ['joined', 'unreachable'])
  })

  it('hears nothing of what waited once closed', () => {
    const swarm = open()
    socket?.opened()
    socket?.received(encodeTrackerMessage(joined))
    swarm.close('stream-left')
    swarm.start()
    deepEqual(heard, [])
  })

  it('tells what changed before the answer to its join was read', () => {
    const swarm = open()
    socket?.opened()
    swarm.update({ uploads: false })
    socket?.received(encodeTrackerMessage(joined))
    deepEqual(kinds(), ['join'])
    swarm.start()
    deepEqual(kinds().slice(0, 2), ['join', 'update'])
    deepEqual((sent[1] as { value: unknown }).value, { kind: 'update', uploads: false })
  })

  it('stays unreachable through further attempts, until an answer comes', () => {
    join()
    for (let attempt = 0; attempt < 3; attempt += 1) {
      socket?.closed()
      clock.runUntil(clock.now() + 60_000)
    }
    deepEqual(
      heard.filter((event) => !event.startsWith('warned')),
      ['unreachable'],
    )
    socket?.opened()
    socket?.received(encodeTrackerMessage(joined))
    equal(heard.includes('joined'), true)
  })

  it('tells of a refusal', () => {
    join()
    socket?.opened()
    socket?.received(encodeTrackerMessage({ kind: 'error', code: 'unsupported-version', message: 'old' }))
    deepEqual(heard, ['warned unsupported-version', 'refused'])
  })

  it('sends changes and reports', () => {
    const swarm = join()
    socket?.opened()
    socket?.received(encodeTrackerMessage(joined))
    swarm.update({ uploads: false })
    clock.runUntil(10_000)
    swarm.report({ ...noTotals, cdnBytes: 5 }, 2, { stalls: 1, latencyMs: 4000 }, undefined)
    deepEqual(
      kinds().filter((kind) => kind !== 'seek'),
      ['join', 'update', 'report'],
    )
  })

  it('reports what became of links, and how playback goes', () => {
    const swarm = join()
    socket?.opened()
    socket?.received(encodeTrackerMessage(joined))
    deepEqual(connections, ['offer'])
    breakConnection()
    clock.runUntil(10_000)
    equal(heard.includes('link failed: connection-failed'), true)
    swarm.report(noTotals, 0, { stalls: 1, latencyMs: 4000 }, 'battery-low')
    const told = sent.map((result) => (result as { value: Record<string, unknown> }).value)
    const report = told.find(({ kind }) => kind === 'report')
    deepEqual(
      ['linksMade', 'linksFailed', 'stalls', 'latencyMs', 'uploadRule'].map((name) => report?.[name]),
      [0, { 'connection-failed': 1 }, 1, 4000, 'battery-low'],
    )
  })

  it('makes no link while the operator allows none, and takes up where it left off', () => {
    join()
    socket?.opened()
    socket?.received(encodeTrackerMessage({ ...joined, policy: { p2p: 'drain' } }))
    deepEqual(connections, [])
    equal(heard.includes('p2p drain'), true)
    clock.runUntil(60_000)
    deepEqual(kinds(), ['join'])
    socket?.received(encodeTrackerMessage({ kind: 'policy', policy: { p2p: 'on' } }))
    clock.runUntil(70_000)
    deepEqual(kinds(), ['join', 'seek'])
    const introductions = [{ member: other, initiate: true }]
    socket?.received(encodeTrackerMessage({ kind: 'introduce', introductions }))
    deepEqual(connections, ['offer'])
    socket?.received(encodeTrackerMessage({ kind: 'policy', policy: { p2p: 'off' } }))
    deepEqual(connections, ['offer', 'closed'])
  })

  it('brings the token, and tells of one that does not come', async () => {
    join({ token: () => Promise.resolve('fresh') })
    await new Promise((resolve) => setImmediate(resolve))
    socket?.opened()
    deepEqual(offered, ['prismesh.v1', 'prismesh.token.fresh'])
    join({ token: () => Promise.reject(new Error('no token')) })
    await new Promise((resolve) => setImmediate(resolve))
    equal(heard.includes('Error: no token'), true)
  })

  it('leaves nothing when closed', () => {
    const swarm = join()
    socket?.opened()
    socket?.received(encodeTrackerMessage(joined))
    swarm.close('closed')
    swarm.close('closed')
    deepEqual([closedSockets, clock.pending, connections], [1, 0, ['offer', 'closed']])
    deepEqual(kinds(), ['join', 'leave'])
    equal(heard.at(-1) === 'roster 1', true)
  })
})
