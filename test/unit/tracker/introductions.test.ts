import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { MemberId } from '../../../protocol/ids.js'
import { linksMax, neighboursTarget } from '../../../protocol/limits.js'
import { neighboursTargetIn } from '../../../protocol/neighbours-target.js'
import {
  introductionsAtOnceMax,
  introductionsSoughtMax,
  seekBurst,
} from '../../../tracker/src/core/bounds.js'
import {
  CoreHarness,
  errorCodesOf,
  introducedTo,
  joinedOf,
  memberId,
  rendition,
  repliesOf,
  type Client,
} from './core-harness.js'

const offer = { type: 'offer', sdp: 'v=0' }

describe('introductions', () => {
  function crowd(harness: CoreHarness, size: number): Client[] {
    return Array.from({ length: size }, (_, index) => harness.join(index))
  }

  it('tell both sides, exactly one of whom initiates', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 64 }), fc.nat(), (size, seed) => {
        const harness = new CoreHarness({}, seed)
        const clients = crowd(harness, size)
        clients.forEach((client, index) => {
          for (const { member, initiate } of introducedTo(client)) {
            const other = clients[Number.parseInt(member, 16)]
            assert.ok(other)
            const back = introducedTo(other).filter((introduction) => introduction.member === memberId(index))
            assert.deepEqual(back, [{ member: memberId(index), initiate: !initiate }])
          }
        })
      }),
      { numRuns: 20 },
    )
  })

  it('give a joiner as many neighbours as there are, up to the target, and let it initiate', () => {
    const harness = new CoreHarness()
    const clients = crowd(harness, 30)
    clients.forEach((client, index) => {
      const { introductions } = joinedOf(client)
      assert.equal(introductions.length, Math.min(index, neighboursTargetIn(index + 1)))
      assert.ok(introductions.every(({ initiate }) => initiate))
      assert.equal(new Set(introductions.map(({ member }) => member)).size, introductions.length)
    })
  })

  it('spread links evenly and leave no member of a full cell out of reach', () => {
    const harness = new CoreHarness()
    const clients = crowd(harness, 64)
    const degrees = clients.map((client) => introducedTo(client).length)
    assert.ok(Math.max(...degrees) <= linksMax, `degrees: ${degrees.join(' ')}`)
    assert.ok(Math.min(...degrees) >= neighboursTarget)
    const reached = new Set([0])
    for (const index of reached) {
      const client = clients[index]
      assert.ok(client)
      for (const { member } of introducedTo(client)) reached.add(Number.parseInt(member, 16))
    }
    assert.equal(reached.size, 64)
  })

  it('prefer the same rendition, but leave some to chance', () => {
    let same = 0
    let total = 0
    for (let seed = 0; seed < 20; seed += 1) {
      const harness = new CoreHarness({}, seed)
      for (let index = 0; index < 62; index += 1) {
        harness.join(index, { rendition: rendition(index % 2 === 0 ? 'hd' : 'sd') })
      }
      for (const { member } of joinedOf(harness.join(62, { rendition: rendition('hd') })).introductions) {
        total += 1
        if (Number.parseInt(member, 16) % 2 === 0) same += 1
      }
    }
    assert.equal(total, 160)
    assert.ok(same >= 120 && same < 160, `${same} of 160 follow the same rendition`)
  })

  it('put pairs of whom neither gives behind others', () => {
    const harness = new CoreHarness()
    for (let index = 0; index < 12; index += 1) harness.join(index, { uploads: index < 6 })
    const taker = joinedOf(harness.join(30, { uploads: false })).introductions
    const givers = taker.filter(({ member }) => Number.parseInt(member, 16) < 6)
    assert.equal(taker.length, neighboursTargetIn(13))
    assert.equal(givers.length, taker.length)
  })

  it('are the condition for passing on a signal', () => {
    const harness = new CoreHarness()
    const clients = crowd(harness, 64)
    const [sender] = clients
    assert.ok(sender)
    const friends = new Set(introducedTo(sender).map(({ member }) => member))
    clients.forEach((receiver, index) => {
      harness.pass(1000)
      harness.say(sender, { kind: 'signal', to: memberId(index), signals: [offer] })
      const expected = friends.has(memberId(index))
        ? [{ kind: 'signal', from: memberId(0), signals: [offer] }]
        : []
      assert.deepEqual(repliesOf(receiver, 'signal'), expected)
    })
    assert.deepEqual(
      errorCodesOf(sender),
      Array.from({ length: 64 - friends.size }, () => 'not-introduced'),
    )
    assert.equal(sender.closed, undefined, 'a member that just left may be signalled to without blame')
  })

  it('end with either member', () => {
    const harness = new CoreHarness()
    const [one, two] = crowd(harness, 2)
    assert.ok(one && two)
    harness.disconnect(two)
    harness.say(one, { kind: 'signal', to: memberId(1), signals: [offer] })
    harness.join(1)
    assert.deepEqual(errorCodesOf(one), ['not-introduced'])
  })

  it('are sought with those excepted left out, and nobody is proposed twice', () => {
    const harness = new CoreHarness()
    const clients = crowd(harness, 12)
    const seeker = harness.join(50)
    const known = new Set(introducedTo(seeker).map(({ member }) => member))
    const rest = clients.map((_, index) => memberId(index)).filter((id) => !known.has(id))
    assert.equal(rest.length, 12 - neighboursTargetIn(13))
    const [excepted, ...wanted] = rest as [MemberId, ...MemberId[]]
    harness.say(seeker, { kind: 'seek', count: 8, except: [excepted] })
    const found = repliesOf(seeker, 'introduce')[0]?.introductions.map(({ member }) => member) ?? []
    assert.deepEqual(found.toSorted(), wanted.toSorted())
    harness.say(seeker, { kind: 'seek', count: 1, except: [excepted] })
    assert.deepEqual(repliesOf(seeker, 'introduce')[1]?.introductions, [], 'the answer may be nobody')
  })

  it('are limited at once, for seekers and for the sought', () => {
    const harness = new CoreHarness()
    const clients = crowd(harness, 60)
    const seeker = harness.join(100)
    for (let round = 0; round < 20; round += 1) {
      harness.pass(2000)
      harness.say(seeker, { kind: 'seek', count: 16, except: [] })
    }
    assert.equal(introducedTo(seeker).length, introductionsAtOnceMax)
    for (const client of clients) {
      harness.pass(2000)
      harness.say(client, { kind: 'seek', count: 16, except: [] })
      harness.say(client, { kind: 'seek', count: 16, except: [] })
    }
    for (const client of clients) assert.ok(introducedTo(client).length <= introductionsAtOnceMax)
  })

  it('are not found by seeking faster than allowed', () => {
    const harness = new CoreHarness()
    crowd(harness, 40)
    const seeker = harness.join(100)
    for (let round = 0; round < 2 * seekBurst; round += 1) {
      harness.say(seeker, { kind: 'seek', count: 1, except: [] })
    }
    const found = repliesOf(seeker, 'introduce').map(({ introductions }) => introductions.length)
    assert.deepEqual(found, [...Array(seekBurst).fill(1), ...Array(seekBurst).fill(0)])
    assert.deepEqual(errorCodesOf(seeker), [])
  })

  it('are limited over the life of a connection', () => {
    const harness = new CoreHarness()
    const seeker = harness.join(0)
    let others: Client[] = []
    let sought = 0
    for (let round = 1; round < 100; round += 1) {
      for (const other of others) harness.disconnect(other)
      // They join with room elsewhere in mind: only what the seeker asks for counts.
      others = Array.from({ length: 30 }, (_, index) => harness.join(round * 100 + index))
      harness.pass(10_000)
      harness.say(seeker, { kind: 'seek', count: 16, except: [] })
      sought += repliesOf(seeker, 'introduce').at(-1)?.introductions.length ?? 0
    }
    assert.equal(sought, introductionsSoughtMax)
  })
})
