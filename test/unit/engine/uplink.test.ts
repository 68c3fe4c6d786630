import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { LinkId } from '../../../client-sdk/src/engine/inputs.js'
import { Neighbour } from '../../../client-sdk/src/engine/neighbour.js'
import { Supplies } from '../../../client-sdk/src/engine/supply.js'
import { tuning } from '../../../client-sdk/src/engine/tuning.js'
import { Uplink } from '../../../client-sdk/src/engine/uplink.js'
import { blockBytes } from '../../../protocol/block.js'
import { memberId } from './media.js'

/** A line that is looked at as the driver does, and whose send buffers shrink by whole messages, as a browser's do. */
class Line {
  private readonly neighbours = new Map<LinkId, Neighbour>()
  readonly uplink = new Uplink(this.neighbours)
  private readonly waiting: { readonly link: LinkId; readonly leavesAt: number; bytesLeft: number }[] = []
  now = 0

  /** Where a link's own congestion window is small, a block leaves after `windowMs` at the earliest. */
  constructor(
    private readonly bytesPerSecond: number,
    links: number,
    private readonly windowMs = 0,
  ) {
    for (let link = 1; link <= links; link += 1) {
      this.neighbours.set(link as LinkId, new Neighbour(link as LinkId, memberId(link), new Supplies()))
    }
  }

  get bytesWaiting(): number {
    return this.waiting.reduce((sum, { bytesLeft }) => sum + bytesLeft, 0)
  }

  /** One block more for this link, if the budget has room for it. */
  send(link: number): void {
    const neighbour = this.neighbours.get(link as LinkId)
    if (!this.uplink.hasRoom) this.uplink.short(this.now)
    if (neighbour === undefined || !this.uplink.hasRoom || !this.uplink.hasRoomFor(neighbour)) return
    this.uplink.sending(neighbour, blockBytes, this.now)
    this.waiting.push({
      link: link as LinkId,
      leavesAt: this.now + this.windowMs,
      bytesLeft: blockBytes,
    })
  }

  /** Lets time pass until the next look; links named in `stuck` take nothing. */
  look(stuck: readonly number[] = []): void {
    this.now += tuning.backlogPollMs
    let room = (this.bytesPerSecond * tuning.backlogPollMs) / 1000
    for (const block of [...this.waiting]) {
      if (stuck.includes(block.link)) continue
      const bytes = Math.min(room, block.bytesLeft)
      block.bytesLeft -= bytes
      room -= bytes
      if (block.bytesLeft === 0 && this.now >= block.leavesAt)
        this.waiting.splice(this.waiting.indexOf(block), 1)
    }
    const backlogs = new Map<LinkId, number>()
    for (const link of this.uplink.watched) {
      backlogs.set(link, this.waiting.filter((block) => block.link === link).length * blockBytes)
    }
    this.uplink.seen(backlogs, this.now)
  }
}

function assertNear(actual: number | undefined, expected: number, share: number): void {
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) <= share * expected,
    `${actual}, expected ${expected}`,
  )
}

describe('the rate of an uplink', () => {
  for (const kbits of [500, 1500, 5000]) {
    it(`is found from blocks that leave as a whole: ${kbits} kbit/s`, () => {
      const line = new Line(kbits * 125, 4)
      for (let look = 0; look < 400; look += 1) {
        line.send(1 + (look % 4))
        line.look()
      }
      assertNear(line.uplink.bytesPerSecond, kbits * 125, 0.2)
    })
  }

  it('is the same where nobody waits for half of the time', () => {
    const line = new Line(1500 * 125, 4)
    for (let look = 0; look < 800; look += 1) {
      if (look % 100 < 50) line.send(1 + (look % 4))
      else line.uplink.rested()
      if (look % 100 < 50) line.look()
      else line.now += tuning.backlogPollMs
    }
    assertNear(line.uplink.bytesPerSecond, 1500 * 125, 0.35)
  })

  it('is not known while everything leaves between two looks', () => {
    const line = new Line(10_000_000, 4)
    for (let look = 0; look < 100; look += 1) {
      line.send(1 + (look % 4))
      line.look()
    }
    assert.equal(line.uplink.bytesPerSecond, undefined)
  })

  it('is higher once more left over a while', () => {
    const slow = 1500 * 125
    const line = new Line(slow, 4)
    for (let look = 0; look < 200; look += 1) {
      line.send(1 + (look % 4))
      line.look()
    }
    Object.assign(line, { bytesPerSecond: 10 * slow })
    for (let look = 0; look < 400; look += 1) {
      line.send(1 + (look % 4))
      line.look()
    }
    assert.ok((line.uplink.bytesPerSecond ?? 0) > 2 * slow, `${line.uplink.bytesPerSecond}`)
  })

  for (const [kbits, roundTripsMs] of [
    [8000, 60],
    [8000, 120],
    [3000, 120],
  ] as const) {
    it(`is not that of a link's own window: ${kbits} kbit/s, ${roundTripsMs} ms for a block`, () => {
      const rate = kbits * 125
      const line = new Line(rate, 12, roundTripsMs)
      let busiest = 0
      // Little is asked for at first, so that single blocks leave.
      for (let look = 0; look < 3000; look += 1) {
        if (look < 50) line.send(1 + (look % 12))
        else for (let link = 1; link <= 12; link += 1) line.send(link)
        line.look()
        busiest = Math.max(busiest, line.uplink.bytesPerSecond ?? 0)
      }
      assertNear(line.uplink.bytesPerSecond, rate, 0.3)
      assert.ok(busiest < 1.3 * rate, `${busiest}`)
    })
  }

  for (const kbits of [1500, 3000, 6200]) {
    it(`lets no more wait for a line that binds, but for a moment now and then: ${kbits} kbit/s`, () => {
      const rate = kbits * 125
      const line = new Line(rate, 12)
      let looksWithMore = 0
      for (let look = 0; look < 6000; look += 1) {
        for (let link = 1; link <= 12; link += 1) line.send(link)
        if (look >= 100 && line.bytesWaiting > 1.2 * rate * 0.04 + blockBytes) looksWithMore += 1
        line.look()
      }
      assert.ok(looksWithMore < 600, `in ${looksWithMore} of 5900 looks`)
    })
  }

  for (const kbits of [500, 1500, 3000]) {
    it(`is used without a pause between two looks: ${kbits} kbit/s`, () => {
      const line = new Line(kbits * 125, 12)
      let idleLooks = 0
      for (let look = 0; look < 1000; look += 1) {
        for (let link = 1; link <= 12; link += 1) line.send(link)
        line.look()
        if (look >= 100 && line.bytesWaiting === 0) idleLooks += 1
      }
      assert.ok(idleLooks < 45, `idle at ${idleLooks} of 900 looks`)
    })
  }

  it('takes no link of a line for stuck on which everything waits long, and lets no more wait on it', () => {
    const rate = 12_000
    const line = new Line(rate, 12)
    let most = 0
    for (let look = 0; look < 3000; look += 1) {
      for (let link = 1; link <= 12; link += 1) line.send(link)
      line.look()
      if (look >= 500) most = Math.max(most, line.bytesWaiting)
    }
    assert.ok(most <= 3 * blockBytes, `${most} bytes waited`)
  })

  it('does not sink for a neighbour that takes nothing', () => {
    const rate = 1500 * 125
    const line = new Line(rate, 4)
    for (let look = 0; look < 400; look += 1) {
      line.send(1 + (look % 4))
      line.look(look < 200 ? [] : [4])
    }
    assertNear(line.uplink.bytesPerSecond, rate, 0.35)
  })

  it('does not take a link for stuck that had nothing to send', () => {
    const line = new Line(1500 * 125, 1)
    line.send(1)
    for (let look = 0; look < 10; look += 1) line.look()
    line.uplink.rested()
    line.now += 10 * tuning.stuckMs
    line.send(1)
    line.look()
    line.send(1)
    const neighbour = line['neighbours'].get(1 as LinkId)
    assert.equal(neighbour?.stuck, false)
  })
})
