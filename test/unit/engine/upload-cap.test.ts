import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { blockBytes } from '../../../protocol/block.js'
import { EngineHarness } from './engine-harness.js'
import { bodyOf, memberId, segment } from './media.js'

describe('BUG: upload cap', () => {
  it('13. in the second after a pause twice the cap is sent', () => {
    const cap = 20 * blockBytes
    const harness = new EngineHarness({ uploadBytesPerSecondMax: cap })
    harness.follow()
    harness.want(segment(1))
    harness.serveAll(bodyOf(segment(1), 60 * blockBytes))
    const neighbour = harness.link(memberId(2))
    const handle = neighbour.heard('doing')[0]?.handle ?? -1
    for (let index = 0; index < 60; index += 1) neighbour.asks(handle, index)
    harness.pass(990)
    const bytes = harness.engine.totals.uploadedBytes
    assert.ok(bytes <= cap + blockBytes, `${bytes} bytes within a second under a cap of ${cap}`)
  })
})
