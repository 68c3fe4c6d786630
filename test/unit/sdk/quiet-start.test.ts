import { deepEqual, equal } from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import {
  firstFrameMs,
  firstFrameMsMax,
  paintMs,
  QuietStart,
  quietStartMsMax,
  type QuietStartListener,
} from '../../../client-sdk/src/quiet-start.js'
import { VirtualClock } from '../../support/swarm/virtual-clock.js'
import { MeshFixture } from './mesh-fixture.js'

describe('QuietStart', () => {
  let clock: VirtualClock
  let came: number[]
  let over: number[]
  let start: QuietStart

  const listener: QuietStartListener = {
    segmentCame: () => void came.push(clock.now()),
    over: () => void over.push(clock.now()),
  }

  beforeEach(() => {
    clock = new VirtualClock()
    came = []
    over = []
    start = new QuietStart(clock, listener)
  })

  it('is over soon after the first segment, once', () => {
    clock.runUntil(300)
    start.segmentDelivered()
    clock.runUntil(400)
    start.segmentDelivered()
    clock.runUntil(10_000)
    deepEqual([came, over], [[300], [300 + firstFrameMs]])
  })

  it('is over in any case when no segment comes', () => {
    clock.runUntil(10_000)
    deepEqual([came, over], [[quietStartMsMax], [quietStartMsMax]])
  })

  it('puts work off until then, and does it at once after that', () => {
    const done: string[] = []
    start.afterwards(() => void done.push(`first at ${clock.now()}`))
    start.segmentDelivered()
    start.afterwards(() => void done.push(`second at ${clock.now()}`))
    clock.runUntil(10_000)
    start.afterwards(() => void done.push(`third at ${clock.now()}`))
    deepEqual(done, [`first at ${firstFrameMs}`, `second at ${firstFrameMs}`, 'third at 10000'])
  })

  describe('where the first frame can be heard of', () => {
    let decoded: (() => void) | undefined
    let quiet: QuietStart

    beforeEach(() => {
      start.close()
      quiet = new QuietStart(clock, listener, (heard) => {
        decoded = heard
        return () => (decoded = undefined)
      })
    })

    it('waits for it, however long a busy machine takes', () => {
      quiet.segmentDelivered()
      clock.runUntil(900)
      decoded?.()
      clock.runUntil(10_000)
      deepEqual(over, [900 + paintMs])
      equal(decoded, undefined)
    })

    it('waits no longer when it does not come', () => {
      clock.runUntil(100)
      quiet.segmentDelivered()
      clock.runUntil(10_000)
      deepEqual(over, [100 + firstFrameMsMax])
    })

    it('hears of nothing once closed', () => {
      quiet.segmentDelivered()
      quiet.close()
      equal(decoded, undefined)
      equal(clock.pending, 0)
    })
  })

  it('leaves nothing behind when closed', () => {
    const done: string[] = []
    start.segmentDelivered()
    start.afterwards(() => void done.push('work'))
    start.close()
    clock.runUntil(10_000)
    deepEqual([over, done], [[], []])
    equal(clock.pending, 0)
  })

  it('holds the tracker of a session until its first segment is there, and the links until it is on screen', () => {
    const { world, player, makeMesh } = new MeshFixture()
    makeMesh().attach(player)
    player.open('https://cdn.example/live.m3u8')
    player.load()
    equal(world.swarm.calls.includes('open'), false)
    world.engine.deliver(500)
    deepEqual([world.swarm.calls.includes('open'), world.swarm.calls.includes('start')], [true, false])
    world.clock.runUntil(world.clock.now() + firstFrameMs)
    equal(world.swarm.calls.includes('start'), true)
  })
})
