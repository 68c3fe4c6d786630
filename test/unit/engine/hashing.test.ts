import { deepEqual, equal, ok } from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { blockBytes } from '../../../protocol/block.js'
import { body, bytes, changed, digest, first, hashes, verifyingEngine } from './digested-segment.js'
import type { EngineHarness } from './engine-harness.js'
import { blockOf } from './media.js'
import type { ScriptedNeighbour } from './scripted-neighbour.js'

describe('verification, while blocks are being hashed', () => {
  let engine: EngineHarness
  let giver: ScriptedNeighbour
  let taker: ScriptedNeighbour

  beforeEach(() => {
    ;({ engine, giver, taker } = verifyingEngine())
    engine.tell({ kind: 'digest-told', digest, hashes })
    engine.holdsHashes = true
  })

  /** Gives what is asked for and hashes what came, until nothing more is asked for. */
  function finish(): void {
    giver.givesUntilDone(body)
    while (engine.hashOrders.length > 0) {
      for (const order of engine.hashOrders.splice(0)) engine.hash(order)
      giver.givesUntilDone(body)
    }
  }

  /** Answers the first request; returns what it gave. */
  function givesFirst(blockAt: (index: number) => Uint8Array): Uint8Array {
    const [request] = giver.requests
    ok(request)
    const block = blockAt(request.offset / blockBytes)
    giver.gives(request.handle, request.offset, block)
    return block
  }

  it('neither plays nor offers nor counts them, and asks nobody for them again', () => {
    const want = engine.want(first)
    giver.has(first, bytes)
    giver.givesUntilDone(body)
    engine.pass(500)
    equal(engine.answers(want).length, 0)
    equal(taker.heard('holds').length, 0)
    equal(engine.engine.totals.peerBytes, 0)
    equal(giver.requests.length, 0)
    equal(engine.fetches.size, 0)
    finish()
    deepEqual(engine.delivered(want), Buffer.from(body))
    equal(engine.engine.totals.peerBytes, bytes)
    engine.pass(500)
    equal(taker.heard('have').length, 1)
  })

  it('does not play what the CDN gave either, until it is hashed', () => {
    const want = engine.want(first, { deadline: engine.now + 3000 })
    giver.leaves()
    engine.pass(2500)
    engine.serveAll(body)
    equal(engine.answers(want).length, 0)
    finish()
    deepEqual(engine.delivered(want), Buffer.from(body))
  })

  it('counts a block as wasted that turns out to be changed, and plays the right one', () => {
    const want = engine.want(first)
    giver.has(first, bytes)
    const block = givesFirst(changed)
    finish()
    const { changedPeerBlocks, peerBytes, wastedPeerBytes } = engine.engine.totals
    deepEqual([changedPeerBlocks, peerBytes, wastedPeerBytes], [1, bytes, block.length])
    deepEqual(engine.delivered(want), Buffer.from(body))
  })

  it('takes no hash of another copy for one of its own, and counts that block as wasted', () => {
    const want = engine.want(first)
    giver.has(first, bytes)
    givesFirst((index) => blockOf(body, index))
    const [order] = engine.hashOrders
    ok(order)
    engine.tell({
      kind: 'block-hashed',
      order: { ...order, handle: order.handle + 1 },
      hash: new Uint8Array(32),
    })
    const { changedPeerBlocks, wastedPeerBytes } = engine.engine.totals
    deepEqual([changedPeerBlocks, wastedPeerBytes], [0, order.bytes.length])
    finish()
    deepEqual(engine.delivered(want), Buffer.from(body))
  })
})
