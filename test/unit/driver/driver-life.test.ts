import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { CdnListener, CdnRequest } from '../../../client-sdk/src/ports/cdn.js'
import { DriverHarness, memberId, segment } from './driver-harness.js'
import { FakeLink } from './fake-ports.js'

describe('the driver', () => {
  it('never enters the engine twice: what happens meanwhile waits its turn, in order', () => {
    const harness = new DriverHarness()
    let reactions = 0
    harness.ports.player.react = () => {
      reactions += 1
      if (reactions === 1) harness.driver.tell({ kind: 'upload-capped', bytesPerSecond: 5 })
      if (reactions === 1) harness.link(7)
      if (reactions === 1) harness.want(2, segment(2))
    }
    harness.want(1)
    harness.serve(10)
    assert.equal(harness.deepest, 1)
    const kinds = harness.inputs.map(({ kind }) => kind)
    assert.deepEqual(kinds.slice(kinds.indexOf('upload-capped')), [
      'upload-capped',
      'link-opened',
      'segment-wanted',
    ])
    assert.equal(harness.ports.cdn.fetches.length, 2)
  })

  it('carries out all orders of a step before it takes the next input', () => {
    const harness = new DriverHarness()
    harness.want(1)
    harness.want(2)
    let reacted = false
    harness.ports.player.react = () => {
      if (!reacted) harness.driver.tell({ kind: 'upload-capped', bytesPerSecond: 5 })
      reacted = true
    }
    harness.serve(10)
    const { answers } = harness.ports.player
    assert.deepEqual(answers, ['progress 1 10/10', 'progress 2 10/10', 'deliver 1 10', 'deliver 2 10'])
    const told = harness.inputs.findIndex(({ kind }) => kind === 'upload-capped')
    assert.equal(harness.answersBefore[told], 4)
  })

  it('bears a CDN that answers before its fetch has returned', () => {
    const harness = new DriverHarness()
    harness.ports.cdn.fetch = (_: CdnRequest, listener: CdnListener) => {
      listener.started(0, 5)
      listener.progressed(new Uint8Array(5))
      listener.ended()
      return { abort: () => {} }
    }
    harness.want(1)
    assert.equal(harness.deepest, 1)
    assert.equal(harness.ports.player.answers.at(-1), 'deliver 1 5')
  })

  it('bears a link that closes while it is written to', () => {
    const harness = new DriverHarness()
    const link = harness.link(2)
    link.sendMessage = () => link.close('broken')
    harness.driver.tell({ kind: 'rendition-followed', rendition: segment(1).rendition })
    assert.equal(harness.deepest, 1)
    assert.equal(harness.driver.links, 0)
  })

  it('holds one timer at most, for the moment that the engine named, and wakes it then', () => {
    const harness = new DriverHarness()
    for (let want = 1; want <= 5; want += 1) {
      harness.want(want, segment(want))
      assert.equal(harness.ports.clock.pending, 1)
    }
    const at = harness.driver['engine'].wakeAt()
    assert.ok(at !== undefined && at > 0)
    harness.ports.clock.runUntil(at)
    assert.equal(harness.inputs.at(-1)?.kind, 'woken')
  })

  it('sets its timer anew for an earlier moment, and leaves none for the later one', () => {
    const harness = new DriverHarness()
    harness.want(1)
    const later = harness.driver['engine'].wakeAt() ?? 0
    harness.want(2, segment(2), 500)
    assert.equal(harness.ports.clock.pending, 1)
    assert.ok(later > 500)
    harness.ports.clock.runUntil(500)
    assert.deepEqual(harness.ports.player.answers, ['fail 2 timeout'])
  })

  it('leaves a timer set that is no longer needed: it fires without effect, and none follows it', () => {
    const harness = new DriverHarness()
    harness.want(1)
    harness.serve(10)
    assert.equal(harness.driver['engine'].wakeAt(), undefined)
    const told = harness.inputs.length
    const answers = [...harness.ports.player.answers]
    harness.ports.clock.runUntil(60_000)
    assert.equal(harness.inputs.length, told)
    assert.deepEqual(harness.ports.player.answers, answers)
    assert.equal(harness.ports.cdn.fetches.length, 1)
    assert.equal(harness.ports.clock.pending, 0)
  })

  it('sets the next timer when one fired too early for the engine to have anything to do', () => {
    const harness = new DriverHarness()
    harness.want(1, segment(1), 500)
    harness.want(2, segment(2), 2000)
    harness.driver.tell({ kind: 'segment-abandoned', want: 1 as never })
    harness.ports.clock.runUntil(1999)
    assert.deepEqual(harness.ports.player.answers, [])
    assert.equal(harness.ports.clock.pending, 1)
    harness.ports.clock.runUntil(2000)
    assert.deepEqual(harness.ports.player.answers, ['fail 2 timeout'])
  })
})

describe('a closed driver', () => {
  it('leaves no timer, no fetch and no link, and may be closed again', () => {
    const harness = new DriverHarness()
    const links = [harness.link(2), harness.link(3)]
    harness.want(1)
    harness.want(2, segment(2))
    assert.equal(harness.ports.clock.pending, 1)
    harness.driver.close()
    harness.driver.close()
    assert.equal(harness.ports.clock.pending, 0)
    assert.deepEqual(
      harness.ports.cdn.fetches.map(({ aborts }) => aborts),
      [1, 1],
    )
    assert.deepEqual(
      links.map(({ closedWith }) => closedWith),
      [['closed'], ['closed']],
    )
    assert.equal(harness.driver.links, 0)
    assert.deepEqual(harness.ports.player.answers, [])
  })

  it('ignores whatever is told, and asks nothing more of anyone', () => {
    const harness = new DriverHarness()
    const link = harness.link(2)
    harness.want(1)
    harness.driver.close()
    const told = harness.inputs.length
    harness.want(2, segment(2))
    link.listener?.message({ kind: 'lost', handle: 1 })
    harness.ports.cdn.fetches[0]?.listener.failed({ kind: 'network' })
    harness.ports.clock.runUntil(60_000)
    assert.equal(harness.inputs.length, told)
    assert.equal(harness.ports.cdn.fetches.length, 1)
    assert.equal(harness.ports.clock.pending, 0)
    assert.deepEqual(harness.ports.player.answers, [])
  })

  it('leaves no timer that was set for what is over', () => {
    const harness = new DriverHarness()
    harness.want(1)
    harness.serve(10)
    assert.equal(harness.ports.clock.pending, 1)
    harness.driver.close()
    assert.equal(harness.ports.clock.pending, 0)
  })

  it('closes a link that opens later', () => {
    const harness = new DriverHarness()
    harness.driver.close()
    const link = new FakeLink(memberId(2))
    harness.driver.addLink(link)
    assert.deepEqual(link.closedWith, ['closed'])
    assert.equal(harness.driver.links, 0)
  })

  it('from within an answer to the player carries out nothing more', () => {
    const harness = new DriverHarness()
    harness.want(1)
    harness.want(2)
    harness.ports.player.react = () => harness.driver.close()
    harness.serve(10)
    assert.deepEqual(harness.ports.player.answers, ['progress 1 10/10'])
    assert.equal(harness.ports.clock.pending, 0)
    assert.deepEqual(harness.ports.faults, [])
  })
})

describe('a bug in the engine', () => {
  it('is reported once, and closes everything', () => {
    const harness = new DriverHarness()
    const link = harness.link(2)
    harness.want(1)
    const bug = new Error('a bug')
    harness.bug = bug
    harness.driver.tell({ kind: 'upload-capped', bytesPerSecond: 1 })
    assert.deepEqual(harness.ports.faults, [bug])
    assert.deepEqual(link.closedWith, ['closed'])
    assert.equal(harness.ports.cdn.fetches[0]?.aborts, 1)
    assert.equal(harness.ports.clock.pending, 0)
    harness.driver.tell({ kind: 'upload-capped', bytesPerSecond: 2 })
    harness.driver.close()
    assert.deepEqual(harness.ports.faults, [bug])
  })

  it('at a wake-up is reported like any other', () => {
    const harness = new DriverHarness()
    harness.want(1)
    harness.bug = new Error('a bug')
    harness.ports.clock.runUntil(60_000)
    assert.equal(harness.ports.faults.length, 1)
    assert.equal(harness.ports.clock.pending, 0)
  })

  it('while a link opens closes that link too', () => {
    const harness = new DriverHarness()
    harness.bug = new Error('a bug')
    const link = harness.link(2)
    assert.deepEqual(link.closedWith, ['closed'])
    assert.equal(harness.driver.links, 0)
    assert.equal(harness.ports.faults.length, 1)
  })
})
