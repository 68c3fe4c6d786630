import { deepEqual, equal, notEqual, ok } from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { blockBytes, blockCount } from '../../../protocol/block.js'
import { digestOf } from '../../../protocol/segment-digest.js'
import type { SegmentIdentity } from '../../../protocol/segment-key.js'
import { body, bytes, changed, digest, first, hashes, verifyingEngine } from './digested-segment.js'
import type { EngineHarness } from './engine-harness.js'
import { blockOf, bodyOf, segment } from './media.js'
import type { ScriptedNeighbour } from './scripted-neighbour.js'
import { sha256 } from '../../support/sha256.js'

describe('verification', () => {
  let engine: EngineHarness
  let giver: ScriptedNeighbour
  let taker: ScriptedNeighbour

  beforeEach(() => {
    ;({ engine, giver, taker } = verifyingEngine())
  })

  const tell = (withList: boolean) =>
    engine.tell({ kind: 'digest-told', digest, ...(withList ? { hashes } : {}) })
  const heldBy = (neighbour: ScriptedNeighbour): number =>
    neighbour
      .heard('holds')
      .flatMap(({ runs }) => runs)
      .reduce((sum, { count }) => sum + count, 0)

  describe('with the hash list', () => {
    beforeEach(() => void tell(true))

    it('plays and offers blocks of neighbours that are right', () => {
      const want = engine.want(first)
      giver.has(first, bytes)
      giver.givesUntilDone(body)
      deepEqual(engine.delivered(want), Buffer.from(body))
      engine.pass(500)
      ok(taker.heard('have').length === 1)
    })

    it('throws a changed block away, asks again, and forgives it once', () => {
      const want = engine.want(first)
      giver.has(first, bytes)
      const [request] = giver.requests
      ok(request)
      giver.gives(request.handle, request.offset, changed(request.offset / blockBytes))
      deepEqual(engine.violations(), [])
      equal(engine.engine.totals.changedPeerBlocks, 1)
      giver.givesUntilDone(body)
      deepEqual(engine.delivered(want), Buffer.from(body))
    })

    it('has done with a member after two, tells of it, and does not take it back', () => {
      engine.want(first)
      giver.has(first, bytes)
      for (const { handle, offset } of giver.requests.slice(0, 2)) {
        giver.gives(handle, offset, changed(offset / blockBytes))
      }
      deepEqual(engine.violations(), ['block-changed'])
      const [accusation, ...more] = engine.of('accuse-member')
      equal(accusation?.member, giver.member)
      equal(more.length, 0)
      notEqual(
        Buffer.from(accusation.hash).toString('hex'),
        Buffer.from(hashes[accusation.block] ?? []).toString('hex'),
      )
      giver.leaves()
      engine.link(giver.member)
      deepEqual(engine.violations(), ['block-changed', 'block-changed'])
    })

    it('is not fooled by what is right elsewhere: another block, an older segment, a shorter block', () => {
      engine.want(first)
      giver.has(first, bytes)
      const [request] = giver.requests
      ok(request)
      const index = request.offset / blockBytes
      giver.gives(request.handle, request.offset, blockOf(body, (index + 1) % 4))
      equal(engine.engine.totals.changedPeerBlocks, 1)
      const [again] = giver.requests
      ok(again)
      giver.gives(again.handle, again.offset, blockOf(bodyOf(segment(99), bytes), again.offset / blockBytes))
      equal(engine.engine.totals.changedPeerBlocks, 2)
    })

    it('believes no neighbour that tells another length', () => {
      giver.has(first, bytes - 1)
      engine.want(first)
      engine.pass(1)
      deepEqual(engine.violations(), ['length-conflict'])
    })

    it('fetches again once what the CDN gave wrong, and then plays what it gives, for this viewer only', () => {
      const wrong = body.slice()
      wrong[blockBytes + 5] = 1 ^ (wrong[blockBytes + 5] ?? 0)
      const want = engine.want(first, { deadline: engine.now })
      engine.pass(1)
      for (let round = 0; round < 6 && engine.answers(want).length === 0; round += 1) {
        engine.serveAll(wrong)
        engine.pass(20)
      }
      equal(engine.engine.totals.changedCdnAnswers, 2)
      deepEqual(engine.delivered(want), Buffer.from(wrong))
      engine.pass(1000)
      equal(taker.heard('have').length, 0, 'a copy that is not the origin’s is offered to nobody')
    })

    it('is content when the second answer of the CDN is right', () => {
      const wrong = body.slice(0, bytes - 50)
      const want = engine.want(first, { deadline: engine.now })
      engine.pass(1)
      engine.serveAll(wrong)
      engine.pass(20)
      equal(engine.answers(want).length, 0)
      equal(engine.engine.totals.changedCdnAnswers, 1)
      for (let round = 0; round < 3; round += 1) {
        engine.serveAll(body)
        engine.pass(20)
      }
      deepEqual(engine.delivered(want), Buffer.from(body))
    })
  })

  describe('before the hash list', () => {
    it('plays what its own path to the CDN brings at once, and offers it when it is verified', () => {
      const want = engine.want(first, { deadline: engine.now })
      engine.pass(1)
      engine.serveAll(body)
      deepEqual(engine.delivered(want), Buffer.from(body))
      engine.pass(1000)
      equal(taker.heard('doing').length, 0)
      tell(false)
      engine.pass(1000)
      equal(taker.heard('have').length, 1, 'the root alone verifies a segment that is here whole')
    })

    it('does not play what neighbours gave until the list says that it is right', () => {
      const want = engine.want(first)
      giver.has(first, bytes)
      giver.givesUntilDone(body)
      engine.pass(100)
      equal(engine.answers(want).length, 0)
      equal(heldBy(taker), 0)
      tell(true)
      giver.givesUntilDone(body)
      deepEqual(engine.delivered(want), Buffer.from(body))
    })

    it('asks for two blocks of whom it does not know yet, and for more once they were right', () => {
      engine.want(first)
      giver.has(first, bytes)
      equal(giver.requests.length, 2)
      giver.givesUntilDone(body)
      equal(giver.requests.length, 0, 'these two wait for the list')
      tell(true)
      equal(giver.requests.length, blockCount(bytes) - 2)
      giver.givesUntilDone(body)
      const second = segment(101)
      engine.list([first, second])
      engine.want(second)
      giver.has(second, bytes)
      ok(giver.requests.length > 2, 'a known one is asked for more before the list')
    })

    it('does not play what is wrong of the CDN’s own answer, though it came whole before its digest', () => {
      const early = segment(99)
      const told = digestOf(sha256, early, bodyOf(early, bytes))
      engine.tell({ kind: 'digest-told', digest: told.digest, hashes: told.hashes })
      const want = engine.want(first, { deadline: engine.now + 10_000 })
      engine.pass(3000)
      engine.serveAll(bodyOf(segment(103), bytes))
      equal(engine.answers(want).length, 0, 'it waits for the digest')
      tell(true)
      equal(engine.answers(want).length, 0, 'and is not the origin’s')
      engine.passCrossing()
      engine.serveAll(body)
      deepEqual(engine.delivered(want), Buffer.from(body))
    })

    it('lets one that turns spoil two blocks more than it gave right, and no more', () => {
      engine.want(first)
      giver.has(first, bytes)
      giver.givesUntilDone(body)
      tell(true)
      equal(giver.requests.length, blockCount(bytes) - 2)
      const [one, ...others] = giver.requests
      ok(one !== undefined)
      giver.gives(one.handle, one.offset, blockOf(body, one.offset / blockBytes))
      for (const request of others) giver.rejects(request)
      const right = 3
      const second = segment(101)
      const long = 40 * blockBytes
      engine.list([first, second])
      engine.want(second)
      giver.has(second, long)
      let spoilt = 0
      while (giver.requests.length > 0) {
        for (const { handle, offset } of [...giver.requests]) {
          giver.gives(handle, offset, blockOf(bodyOf(segment(102), long), offset / blockBytes))
          spoilt += 1
        }
      }
      ok(spoilt > 0 && spoilt <= right + 2, `${spoilt} blocks were taken on trust after ${right} right ones`)
    })

    it('is sent two changed blocks at most by whom it does not know', () => {
      const second = segment(101)
      engine.list([first, second])
      engine.want(first)
      engine.want(second)
      giver.has(first, bytes)
      giver.has(second, bytes)
      equal(giver.requests.length, 2)
      while (giver.requests.length > 0) {
        for (const { handle, offset } of [...giver.requests])
          giver.gives(handle, offset, changed(offset / blockBytes))
      }
      tell(true)
      equal(engine.engine.totals.changedPeerBlocks, 2)
      deepEqual(engine.violations(), ['block-changed'])
    })

    it('fetches from the CDN what neighbours gave, when the list does not come in time', () => {
      const want = engine.want(first)
      giver.has(first, bytes)
      giver.givesUntilDone(body)
      engine.pass(3900)
      ok(engine.fetches.size > 0)
      engine.serveAll(body)
      deepEqual(engine.delivered(want), Buffer.from(body))
      const [answer] = engine.answers(want)
      equal(answer?.kind === 'deliver' && answer.delivery.peerBytes, 0)
    })

    it('finds the changed block among those that waited, and its sender', () => {
      const want = engine.want(first)
      giver.has(first, bytes)
      const last = blockCount(bytes) - 1
      for (let round = 0; round < 6; round += 1) {
        for (const { handle, offset } of [...giver.requests]) {
          const index = offset / blockBytes
          giver.gives(handle, offset, index === 2 && round < 3 ? changed(2) : blockOf(body, index))
        }
      }
      tell(true)
      equal(engine.engine.totals.changedPeerBlocks, 1)
      equal(engine.answers(want).length, 0)
      giver.givesUntilDone(body)
      deepEqual(engine.delivered(want), Buffer.from(body))
      ok(last === 4)
    })

    it('leaves everything to the CDN, at once, where the tracker has no digests', () => {
      engine.tell({ kind: 'digests-expected', expected: false })
      const second = segment(101)
      engine.list([first, second])
      engine.want(second)
      giver.has(second, bytes)
      engine.pass(5)
      equal(giver.requests.length, 0)
      ok([...engine.fetches.values()].some((fetch) => fetch.segment.sequence === 101))
    })
  })

  describe('of hash lists', () => {
    const list = (identity: SegmentIdentity, from = 0, part = hashes) =>
      ({ kind: 'digest', segment: identity, first: from, hashes: part }) as const

    it('asks the neighbour that says to have one, and tells the others once it fits the root', () => {
      tell(false)
      giver.says({ kind: 'digest-held', segment: first })
      equal(giver.heard('digest-asked').length, 1)
      giver.says(list(first))
      equal(taker.heard('digest-held').length, 1)
      taker.says({ kind: 'digest-asked', segment: first })
      deepEqual(
        taker.heard('digest').flatMap((part) => [...part.hashes]),
        hashes,
      )
      taker.says({ kind: 'digest-asked', segment: first })
      equal(taker.heard('digest').length, 1, 'once to each')
    })

    it('remembers who has one until the digest comes', () => {
      giver.says({ kind: 'digest-held', segment: first })
      equal(giver.heard('digest-asked').length, 0)
      tell(false)
      equal(giver.heard('digest-asked').length, 1)
    })

    it('closes the link of whoever sends another list, and asks the next', () => {
      tell(false)
      giver.says({ kind: 'digest-held', segment: first })
      taker.says({ kind: 'digest-held', segment: first })
      giver.says(list(first, 0, hashes.toReversed()))
      deepEqual(engine.violations(), ['digest-false'])
      equal(taker.heard('digest-asked').length, 1)
    })

    it('closes the link of whoever sends parts that do not follow each other, or too many', () => {
      tell(false)
      giver.says({ kind: 'digest-held', segment: first })
      giver.says(list(first, 1))
      deepEqual(engine.violations(), ['digest-false'])
    })

    it('asks another one when the first is silent, and does not mind a late answer', () => {
      tell(false)
      giver.says({ kind: 'digest-held', segment: first })
      taker.says({ kind: 'digest-held', segment: first })
      engine.pass(500)
      equal(taker.heard('digest-asked').length, 1)
      giver.says(list(first))
      taker.says(list(first))
      deepEqual(engine.violations(), [])
      giver.says({ kind: 'digest-asked', segment: first })
      equal(giver.heard('digest').length, 1)
    })

    it('gives nothing that it has not, and takes nothing that it did not ask for', () => {
      giver.says({ kind: 'digest-asked', segment: first })
      giver.says(list(first))
      tell(false)
      giver.says(list(first))
      taker.says({ kind: 'digest-asked', segment: first })
      equal(taker.heard('digest').length, 0)
      deepEqual(engine.violations(), [])
    })
  })
})
