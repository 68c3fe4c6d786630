import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { MemberId, StreamId } from '../../../protocol/ids.js'
import type { RosterEntry } from '../../../protocol/member.js'
import type { JoinRequest } from '../../../protocol/tracker-messages.js'
import {
  CoreHarness,
  joinedOf,
  memberId,
  rendition,
  repliesOf,
  testKeys,
  type Client,
} from './core-harness.js'

/** The roster as a member knows it: what it was given when it joined, and every change since. */
function rosterSeenBy(client: Client): Map<MemberId, RosterEntry> {
  const joined = joinedOf(client)
  const seen = new Map(joined.members.map((entry) => [entry.member, entry as RosterEntry]))
  for (const { present, gone } of repliesOf(client, 'roster')) {
    for (const entry of present) seen.set(entry.member, entry)
    for (const id of gone) seen.delete(id)
  }
  seen.delete(joined.member)
  return seen
}

describe('rosters', () => {
  it('reach the cell as one text for all, once the delay is over', () => {
    const harness = new CoreHarness()
    const first = harness.join(1)
    harness.pass(200)
    harness.join(2)
    harness.now += 100
    harness.join(3, { role: 'fog', rendition: rendition('hd') })
    harness.now += 99
    harness.step({ kind: 'time-passed' })
    assert.deepEqual(repliesOf(first, 'roster'), [])
    harness.now += 1
    const outputs = harness.step({ kind: 'time-passed' })
    assert.equal(outputs.length, 1)
    assert.deepEqual(outputs[0]?.kind === 'send' && outputs[0].connections, [1, 2, 3])
    assert.deepEqual(repliesOf(first, 'roster'), [
      {
        kind: 'roster',
        present: [
          { member: memberId(2), role: 'viewer', uploads: true },
          { member: memberId(3), role: 'fog', uploads: true, rendition: 'hd' },
        ],
        gone: [],
      },
    ])
  })

  it('tell of updates and of those who went', () => {
    const harness = new CoreHarness()
    const watcher = harness.join(1)
    const client = harness.join(2)
    harness.pass(200)
    harness.say(client, { kind: 'update', uploads: false, rendition: rendition('hd') })
    harness.pass(200)
    const changed = { member: memberId(2), role: 'viewer', uploads: false, rendition: 'hd' } as const
    assert.deepEqual(repliesOf(watcher, 'roster').at(-1), { kind: 'roster', present: [changed], gone: [] })
    harness.say(client, { kind: 'leave' })
    harness.pass(200)
    assert.deepEqual(repliesOf(watcher, 'roster').at(-1), {
      kind: 'roster',
      present: [],
      gone: [memberId(2)],
    })
    assert.equal(client.closed, 1000)
  })

  it('do not tell a member of nothing but itself', () => {
    const harness = new CoreHarness()
    const alone = harness.join(1)
    harness.pass(1000)
    harness.say(alone, { kind: 'update', uploads: false })
    harness.pass(1000)
    assert.deepEqual(repliesOf(alone, 'roster'), [])
    assert.equal(harness.core.wakeAt(), undefined)
  })

  it('name no more than 64 members in a message, whatever comes and goes within the delay', () => {
    const harness = new CoreHarness()
    const watcher = harness.join(0)
    for (let number = 1; number < 300; number += 1) harness.disconnect(harness.join(number))
    const stays = harness.join(500)
    harness.pass(200)
    assert.ok(repliesOf(watcher, 'roster').length >= 4)
    assert.deepEqual([...rosterSeenBy(watcher).keys()], [memberId(500)])
    assert.deepEqual([...rosterSeenBy(stays).keys()], [memberId(0)])
  })

  it('go to a bounded number of members a second, cell after cell, and to all of them in the end', () => {
    const harness = new CoreHarness()
    const clients = Array.from({ length: 40 * 50 }, (_, number) =>
      harness.join(number, { stream: 'x'.repeat(1 + (number % 40)) as StreamId }),
    )
    const told = () => clients.filter((client) => repliesOf(client, 'roster').length > 0).length
    harness.pass(200)
    assert.ok(told() >= 500 && told() < 600, `${told()} at once`)
    harness.pass(100)
    assert.ok(told() >= 900 && told() < 1000, `${told()} after a tenth of a second more`)
    harness.pass(300)
    assert.equal(told(), clients.length)
    assert.equal(rosterSeenBy(clients[0] as Client).size, 49)
  })

  it('give each member the exact view of its cell, whatever happens', () => {
    const renditions = fc.constantFrom('sd', 'hd', 'uhd')
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant('join'), who: fc.nat(149), hd: fc.boolean() }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('leave'), who: fc.nat(149) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('resume'), who: fc.nat(149) }) },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant('update'),
          who: fc.nat(149),
          uploads: fc.boolean(),
          to: renditions,
        }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass'), ms: fc.nat(400) }) },
    )
    fc.assert(
      fc.property(fc.array(step, { minLength: 50, maxLength: 400 }), fc.nat(), (steps, seed) => {
        const harness = new CoreHarness({ messageBurst: 1000 }, seed)
        const truth = new Map<number, { client: Client; entry: RosterEntry }>()
        const join = (who: number, extra: Partial<JoinRequest>) => {
          const client = harness.join(who, extra, { networks: [], asn: who % 3, country: 'FR' })
          const entry = { member: memberId(who), role: 'viewer', uploads: true } as const
          truth.set(who, {
            client,
            entry: extra.rendition ? { ...entry, rendition: extra.rendition } : entry,
          })
        }
        for (const taken of steps) {
          const known = 'who' in taken ? truth.get(taken.who) : undefined
          if (taken.kind === 'pass' && 'ms' in taken) harness.pass(taken.ms)
          else if (taken.kind === 'join' && 'hd' in taken && !known) {
            join(taken.who, taken.hd ? { rendition: rendition('hd') } : {})
          } else if (taken.kind === 'leave' && 'who' in taken && known) {
            harness.disconnect(known.client)
            truth.delete(taken.who)
          } else if (taken.kind === 'resume' && 'who' in taken && known) {
            const swarm = testKeys.swarmIdOf('news' as StreamId)
            join(taken.who, { resume: testKeys.resumeOf(swarm, memberId(taken.who), '') })
          } else if (taken.kind === 'update' && 'to' in taken && known) {
            const changes = { uploads: taken.uploads, rendition: rendition(taken.to) }
            harness.say(known.client, { kind: 'update', ...changes })
            known.entry = { ...known.entry, ...changes }
          }
        }
        // Cells that are joined together tell of it 200 ms later, and may be joined again.
        harness.pass(2000)
        assertViews([...truth.values()])
        assert.equal(harness.core.stats(harness.now, 1).totals.members, truth.size)
      }),
      { numRuns: 60 },
    )
  })
})

/** Members see each other or not, both alike; each sees true lines only; the cells they form hold at most 64. */
function assertViews(members: readonly { client: Client; entry: RosterEntry }[]): void {
  const views = new Map(members.map(({ client, entry }) => [entry.member, rosterSeenBy(client)]))
  const entries = new Map(members.map(({ entry }) => [entry.member, entry]))
  for (const [id, view] of views) {
    assert.ok(view.size < 64)
    const cell = [id, ...view.keys()].toSorted()
    for (const [other, line] of view) {
      assert.deepEqual(line, entries.get(other))
      assert.deepEqual([other, ...(views.get(other)?.keys() ?? [])].toSorted(), cell)
    }
  }
}
