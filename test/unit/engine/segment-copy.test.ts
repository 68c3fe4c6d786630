import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { SegmentCopy } from '../../../client-sdk/src/engine/segment-copy.js'
import { blockBytes } from '../../../protocol/block.js'
import { blockOf, bodyOf, memberId, segment } from './media.js'

const body = bodyOf(segment(1), 5 * blockBytes + 10)
const [one, two] = [memberId(1), memberId(2)]

function copy(handle = 1): SegmentCopy {
  return new SegmentCopy(segment(1), handle, 0)
}

/** Blocks 0, 2 and 3 of neighbours, 4 and 1 of the CDN. */
function mixed(): SegmentCopy {
  const made = copy()
  made.put(0, blockOf(body, 0), one, 10)
  made.put(4, blockOf(body, 4), 'cdn', 20)
  made.put(2, blockOf(body, 2), two, 30)
  made.put(1, blockOf(body, 1), 'cdn', 40)
  made.put(3, blockOf(body, 3), one, 50)
  return made
}

describe('a copy of a segment', () => {
  it('knows who gave how much of it', () => {
    const { heldBytes, cdnBytes, peerBytes, givers } = mixed()
    assert.deepEqual([heldBytes, cdnBytes, peerBytes], [5 * blockBytes, 2 * blockBytes, 3 * blockBytes])
    assert.deepEqual(
      [...givers],
      [
        [one, 2 * blockBytes],
        [two, blockBytes],
      ],
    )
  })

  it('adopts of another one the blocks of the CDN only, in the order in which they came', () => {
    const doubtful = mixed()
    const adopting = copy(2)
    adopting.adoptFetched(doubtful, 60)
    assert.deepEqual(adopting.arrivals, [4, 1])
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((index) => adopting.holds(index)),
      [false, true, false, false, true],
    )
    assert.equal(adopting.blocks[4], doubtful.blocks[4], 'without copying them')
    const { heldBytes, cdnBytes, peerBytes, givers } = adopting
    assert.deepEqual([heldBytes, cdnBytes, peerBytes], [2 * blockBytes, 2 * blockBytes, 0])
    assert.equal(givers.size, 0)
    assert.equal(adopting.missingEnd(5), 5)
    assert.deepEqual(
      [0, 1, 2, 3].filter((index) => !adopting.holds(index)),
      [0, 2, 3],
    )
  })

  it('adopts no length, and so no short last block, which the length would have to vouch for', () => {
    const doubtful = mixed()
    assert.ok(doubtful.settleLength(body.length, 'neighbour'))
    assert.equal(doubtful.put(5, blockOf(body, 5), 'cdn', 60), 'stored')
    assert.ok(doubtful.complete)
    const adopting = copy(2)
    adopting.adoptFetched(doubtful, 70)
    assert.deepEqual(adopting.arrivals, [4, 1])
    assert.deepEqual([adopting.totalBytes, adopting.complete], [undefined, false])
  })

  it('keeps what it holds when it adopts', () => {
    const adopting = copy(2)
    const own = blockOf(body, 4)
    adopting.put(4, own, 'cdn', 5)
    adopting.adoptFetched(mixed(), 60)
    assert.equal(adopting.blocks[4], own)
    assert.equal(adopting.heldBytes, 2 * blockBytes)
  })

  it('settles on a length once: the CDN vouches for it after a neighbour, never the other way round', () => {
    const made = mixed()
    assert.ok(made.settleLength(body.length, 'neighbour'))
    assert.equal(made.settleLength(body.length + 1, 'cdn'), false)
    assert.equal(made.lengthOrigin, 'neighbour')
    assert.ok(made.settleLength(body.length, 'cdn'))
    assert.ok(made.settleLength(body.length, 'neighbour'))
    assert.deepEqual([made.totalBytes, made.lengthOrigin], [body.length, 'cdn'])
  })

  it('settles on no length that its blocks contradict, and takes no block that its length contradicts', () => {
    const made = mixed()
    assert.equal(made.settleLength(4 * blockBytes, 'cdn'), false, 'it holds block 4')
    assert.equal(made.settleLength(5 * blockBytes - 1, 'cdn'), false, 'block 4 is a full one')
    assert.equal(made.totalBytes, undefined)
    assert.ok(made.settleLength(body.length, 'cdn'))
    assert.equal(made.put(5, new Uint8Array(11), 'cdn', 60), 'misfit')
    assert.equal(made.put(6, new Uint8Array(blockBytes), one, 60), 'misfit')
    assert.equal(made.put(0, new Uint8Array(blockBytes), one, 60), 'held')
    assert.equal(made.heldBytes, 5 * blockBytes)
  })
})
