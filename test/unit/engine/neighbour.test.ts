import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { LinkId } from '../../../client-sdk/src/engine/inputs.js'
import { Neighbour, type BlockRequest } from '../../../client-sdk/src/engine/neighbour.js'
import { Supplies } from '../../../client-sdk/src/engine/supply.js'
import { tuning } from '../../../client-sdk/src/engine/tuning.js'
import { blockBytes } from '../../../protocol/block.js'
import { segmentKey } from '../../../protocol/segment-key.js'
import { memberId, segment } from './media.js'

function request(index: number): BlockRequest {
  const offset = index * blockBytes
  return {
    key: segmentKey(segment(1)),
    index,
    handle: 1,
    offset,
    length: blockBytes,
    askedAt: 0,
    lateAt: 1500,
  }
}

describe('what is remembered of a neighbour', () => {
  it('is bounded: of the requests given up, the oldest are forgotten first', () => {
    const neighbour = new Neighbour(1 as LinkId, memberId(2), new Supplies())
    const count = 2 * tuning.requestsRememberedMax
    for (let index = 0; index < count; index += 1) {
      neighbour.asked(request(index))
      neighbour.giveUp(request(index))
    }
    assert.equal(neighbour['requests'].size, tuning.requestsRememberedMax)
    assert.equal(neighbour.answered(1, 0), undefined)
    assert.equal(neighbour.answered(1, (count - 1) * blockBytes)?.index, count - 1)
  })

  it('never forgets a request that is still waited for', () => {
    const neighbour = new Neighbour(1 as LinkId, memberId(2), new Supplies())
    neighbour.asked(request(0))
    for (let index = 1; index <= 2 * tuning.requestsRememberedMax; index += 1) {
      neighbour.asked(request(index))
      neighbour.giveUp(request(index))
    }
    assert.deepEqual(
      [...neighbour.waiting()].map(({ request: { index } }) => index),
      [0],
    )
    assert.equal(neighbour.answered(1, 0)?.index, 0)
  })

  it('a neighbour that gives fast is asked for more at once, one that is late for less', () => {
    const neighbour = new Neighbour(1 as LinkId, memberId(2), new Supplies())
    assert.equal(neighbour.room, tuning.pipelineBlocksMin)
    for (let now = 20; now <= 400; now += 20) neighbour.blockCame(blockBytes, now - 20, now)
    const fast = neighbour.room
    assert.equal(fast, 26, 'half a second of 50 blocks a second, and one')
    neighbour.wasLate()
    assert.equal(neighbour.room, 14)
  })
})
