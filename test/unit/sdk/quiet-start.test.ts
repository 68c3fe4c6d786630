import { deepEqual, equal } from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import {
  firstFrameMs,
  firstFrameMsMax,
  paintMs,
  QuietStart,
  quietStartMsMax,
} from '../../../client-sdk/src/quiet-start.js'
import { VirtualClock } from '../../support/swarm/virtual-clock.js'
import { MeshFixture } from './mesh-fixture.js'

describe('QuietStart', () => {
  let clock: VirtualClock
  let over: number[]
  let start: QuietStart

  beforeEach(() => {
    clock = new VirtualClock()
    over = []
    start = new QuietStart(clock, () => void over.push(clock.now()))
  })

  it('is over soon after the first segment, once', () => {
    clock.runUntil(300)
    start.segmentDelivered()
    clock.runUntil(400)
    start.segmentDelivered()
    clock.runUntil(10_000)
    deepEqual(over, [300 + firstFrameMs])
  })

  it('is over in any case when no segment comes', () => {
    clock.runUntil(10_000)
    deepEqual(over, [quietStartMsMax])
  })

  describe('where the first frame can be heard of', () => {
    let decoded: (() => void) | undefined
    let quiet: QuietStart

    beforeEach(() => {
      start.close()
      quiet = new QuietStart(
        clock,
        () => void over.push(clock.now()),
        (listener) => {
          decoded = listener
          return () => (decoded = undefined)
        },
      )
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
    start.segmentDelivered()
    start.close()
    clock.runUntil(10_000)
    deepEqual(over, [])
    equal(clock.pending, 0)
  })

  it('holds the links of a session until its first segment is on screen', () => {
    const { world, player, makeMesh } = new MeshFixture()
    makeMesh().attach(player)
    player.open('https://cdn.example/live.m3u8')
    player.load()
    world.engine.deliver(500)
    equal(world.swarm.calls.includes('link'), false)
    world.clock.runUntil(world.clock.now() + firstFrameMs)
    equal(world.swarm.calls.includes('link'), true)
  })
})
