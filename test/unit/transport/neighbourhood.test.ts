import assert from 'node:assert/strict'
import { attemptsPerMinuteMax } from '../../../client-sdk/src/transport/attempt-budget.js'
import { invitationLifetimeMs } from '../../../client-sdk/src/transport/invitations.js'
import { offerIntervalMs, offersAtOnce } from '../../../client-sdk/src/transport/offer-pace.js'
import { pendingMax } from '../../../client-sdk/src/transport/neighbourhood.js'
import { seekIntervalMaxMs, seekIntervalMinMs } from '../../../client-sdk/src/transport/seek-schedule.js'
import { linksMax, neighboursTarget } from '../../../protocol/limits.js'
import { neighboursTargetIn } from '../../../protocol/neighbours-target.js'
import { VirtualClock } from '../../support/swarm/virtual-clock.js'
import { FakeCell } from '../../support/transport/fake-cell.js'
import { memberId } from '../../support/transport/member-ids.js'
import { passTime } from '../../support/transport/pass-time.js'

describe('Neighbourhood', () => {
  let clock: VirtualClock
  let cell: FakeCell
  beforeEach(() => {
    clock = new VirtualClock()
    cell = new FakeCell(clock)
  })
  afterEach(async () => {
    cell.close()
    await passTime(clock, 100)
    assert.equal(cell.network.alive.size, 0)
    assert.equal(clock.pending, 0)
  })

  it('links two introduced members, with one message of signals each way', async () => {
    const [a, b] = [cell.join(1), cell.join(2)]
    cell.introduce(a, b)
    await passTime(clock, 1_000)
    assert.deepEqual([a.links[0]?.member, b.links[0]?.member], [b.id, a.id])
    assert.deepEqual([a.messages.length, b.messages.length], [1, 1])
    assert.deepEqual([a.neighbourhood.linkCount, a.neighbourhood.pendingCount], [1, 0])
  })

  it('lets nobody connect who was not introduced', async () => {
    const [a, b] = [cell.join(1), cell.join(2)]
    a.neighbourhood.introduce([{ member: b.id, initiate: true }])
    await passTime(clock, 16_000)
    assert.equal(b.links.length, 0)
    assert.equal(b.messages.length, 0)
    assert.deepEqual(a.ended, [[b.id, 'connection-failed']])
  })

  it('makes one link when both make an offer', async () => {
    const [a, b] = [cell.join(1), cell.join(2)]
    a.neighbourhood.introduce([{ member: b.id, initiate: true }])
    b.neighbourhood.introduce([{ member: a.id, initiate: true }])
    await passTime(clock, 2_000)
    assert.deepEqual([a.links.length, b.links.length], [1, 1])
    assert.equal(cell.network.alive.size, 2)
    assert.deepEqual([...a.ended, ...b.ended], [])
  })

  it('ignores an introduction to a member that is linked, or to itself', async () => {
    const [a, b] = [cell.join(1), cell.join(2)]
    cell.introduce(a, b)
    await passTime(clock, 1_000)
    a.neighbourhood.introduce([
      { member: b.id, initiate: true },
      { member: a.id, initiate: true },
    ])
    await passTime(clock, 1_000)
    assert.equal(a.messages.length, 1)
  })

  it('lets a newer link replace one whose other end is gone', async () => {
    const [a, b] = [cell.join(1), cell.join(2)]
    cell.introduce(a, b)
    await passTime(clock, 1_000)
    const again = cell.join(2)
    cell.introduce(again, a)
    await passTime(clock, 1_000)
    assert.equal(a.links.length, 2)
    assert.equal(a.neighbourhood.linkCount, 1)
    assert.deepEqual(a.heard[0]?.events, [['closed']])
    assert.deepEqual(a.ended, [])
    again.neighbourhood.close()
    b.neighbourhood.close()
  })

  it('gives up when the offer never comes, and when the answer never comes', async () => {
    const [a, b] = [cell.join(1), cell.join(2)]
    cell.losesSignals = () => true
    cell.introduce(a, b)
    await passTime(clock, invitationLifetimeMs)
    assert.deepEqual(a.ended, [[b.id, 'connection-failed']])
    assert.deepEqual(b.ended, [[a.id, 'offer-missing']])
    assert.equal(cell.network.alive.size, 0)
  })

  it('leaves a member alone for a while after a failure, and says so when it seeks', async () => {
    const [a, b] = [cell.join(1), cell.join(2)]
    cell.losesSignals = () => true
    cell.introduce(a, b)
    await passTime(clock, 15_500)
    cell.losesSignals = () => false
    cell.introduce(a, b)
    await passTime(clock, 5_000)
    assert.equal(a.links.length, 0)
    assert.ok(a.seeks.at(-1)?.except.includes(b.id))
    await passTime(clock, 30_000)
    cell.introduce(a, b)
    await passTime(clock, 1_000)
    assert.equal(a.links.length, 1)
  })

  it(`makes ${offersAtOnce} offers at once and the others one by one, however fast they become links`, async () => {
    const a = cell.join(1)
    const others = Array.from({ length: 8 }, (_, index) => cell.join(index + 2))
    for (const other of others) cell.introduce(a, other)
    assert.equal(a.neighbourhood.pendingCount, offersAtOnce)
    await passTime(clock, offerIntervalMs - 10)
    assert.equal(a.neighbourhood.linkCount, offersAtOnce)
    await passTime(clock, 2 * offerIntervalMs)
    assert.equal(a.neighbourhood.linkCount + a.neighbourhood.pendingCount, offersAtOnce + 2)
    await passTime(clock, 6 * offerIntervalMs)
    assert.equal(a.neighbourhood.linkCount, 8)
  })

  it(`has at most ${pendingMax} offers open, and takes up the rest as they are done`, async () => {
    const a = cell.join(1)
    const others = Array.from({ length: 12 }, (_, index) => cell.join(index + 2))
    cell.losesSignals = () => true
    for (const other of others) cell.introduce(a, other)
    await passTime(clock, 12 * offerIntervalMs)
    assert.equal(a.neighbourhood.pendingCount, pendingMax)
    cell.losesSignals = () => false
    await passTime(clock, 12_000)
    assert.equal(a.neighbourhood.linkCount, 12 - pendingMax)
  })

  it(`never has more than ${linksMax} links, whoever offers`, async () => {
    const a = cell.join(100)
    const others = Array.from({ length: linksMax + 8 }, (_, index) => cell.join(index + 1))
    for (const other of others) cell.introduce(other, a)
    await passTime(clock, 3_000)
    assert.equal(a.neighbourhood.linkCount, linksMax)
  })

  it('bounds the attempts of a minute', async () => {
    const a = cell.join(1)
    for (let number = 2; number < 202; number += 1) {
      a.neighbourhood.introduce([{ member: memberId(number), initiate: true }])
      a.neighbourhood.forget(memberId(number))
    }
    assert.equal(a.neighbourhood.pendingCount, 0)
    await passTime(clock, 200)
    a.neighbourhood.introduce([{ member: memberId(300), initiate: true }])
    assert.equal(a.neighbourhood.pendingCount, 0)
    await passTime(clock, 60_000)
    a.neighbourhood.introduce([{ member: memberId(301), initiate: true }])
    assert.equal(a.neighbourhood.pendingCount, 1)
    assert.ok(attemptsPerMinuteMax < 200)
  })

  it('seeks what is missing for the size of its cell, and more when that grows', async () => {
    const [a, b] = [cell.join(1), cell.join(2)]
    cell.introduce(a, b)
    a.neighbourhood.cellChanged(30)
    await passTime(clock, 20_000, 500)
    a.neighbourhood.cellChanged(63)
    await passTime(clock, 200_000, 500)
    const counts = a.seeks.map(({ count }) => count)
    assert.equal(counts[0], neighboursTargetIn(31) - 1)
    assert.equal(counts.at(-1), neighboursTarget - 1)
  })

  it('seeks what is missing, ever more slowly, while nothing comes of it', async () => {
    const [a, b] = [cell.join(1), cell.join(2)]
    cell.introduce(a, b)
    a.neighbourhood.cellChanged(63)
    b.neighbourhood.cellChanged(63)
    await passTime(clock, 600_000, 500)
    assert.equal(a.seeks[0]?.count, neighboursTarget - 1)
    assert.deepEqual(a.seeks[0]?.except, [b.id])
    const gaps = a.seeks.slice(1).map((seek, index) => seek.at - (a.seeks[index]?.at ?? 0))
    assert.ok((a.seeks[0]?.at ?? 0) >= seekIntervalMinMs)
    assert.ok(
      gaps.every((gap) => gap >= seekIntervalMinMs && gap <= seekIntervalMaxMs * 1.5 + 500),
      gaps.join(' '),
    )
    assert.ok(a.seeks.length < 20, `${a.seeks.length} requests`)
    assert.notDeepEqual(a.seeks[0]?.at, b.seeks[0]?.at)
  })

  it('does not seek when it has enough neighbours, and seeks again soon after losing some', async () => {
    const a = cell.join(1)
    a.neighbourhood.cellChanged(63)
    const others = Array.from({ length: neighboursTarget }, (_, index) => cell.join(index + 2))
    for (const other of others) cell.introduce(a, other)
    await passTime(clock, 200_000, 500)
    assert.equal(a.seeks.length, 0)
    others[0]?.neighbourhood.close()
    await passTime(clock, 8_000)
    assert.deepEqual(
      a.seeks.map((seek) => seek.count),
      [1],
    )
  })

  it('gives the engine’s reason when a link is closed for a violation, and avoids that member', async () => {
    const [a, b] = [cell.join(1), cell.join(2)]
    cell.introduce(a, b)
    await passTime(clock, 1_000)
    a.links[0]?.close('block-misshapen')
    await passTime(clock, 100)
    assert.deepEqual(a.ended, [[b.id, 'block-misshapen']])
    assert.deepEqual(b.ended, [[a.id, 'channel-closed']])
    cell.introduce(a, b)
    await passTime(clock, 1_000)
    assert.equal(a.links.length, 1)
  })

  it('forgets a member that left, but keeps the link to it while it lives', async () => {
    const [a, b, c] = [cell.join(1), cell.join(2), cell.join(3)]
    cell.introduce(a, b)
    await passTime(clock, 1_000)
    cell.introduce(a, c)
    a.neighbourhood.forget(b.id)
    a.neighbourhood.forget(c.id)
    await passTime(clock, 16_000)
    assert.equal(a.neighbourhood.linkCount, 1)
    assert.equal(a.neighbourhood.pendingCount, 0)
    assert.equal(c.links.length, 0)
  })

  it('closes everything within the call, whatever stage it is at', async () => {
    const [a, b, c] = [cell.join(1), cell.join(2), cell.join(3)]
    cell.introduce(a, b)
    await passTime(clock, 1_000)
    cell.introduce(a, c)
    await passTime(clock, 130)
    a.neighbourhood.close()
    a.neighbourhood.close()
    assert.deepEqual([a.neighbourhood.linkCount, a.neighbourhood.pendingCount], [0, 0])
    a.neighbourhood.introduce([{ member: c.id, initiate: true }])
    a.neighbourhood.signalled(c.id, [{ type: 'offer' }])
    await passTime(clock, 100)
    assert.deepEqual(a.heard[0]?.events, [['closed']])
    assert.deepEqual(b.ended, [[a.id, 'channel-closed']])
    assert.deepEqual(a.ended, [])
  })
})
