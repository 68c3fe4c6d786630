import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Shortage } from '../../../client-sdk/src/engine/shortage.js'

describe('the shortage', () => {
  it('is none while nothing is rescued', () => {
    const shortage = new Shortage()
    for (let segment = 0; segment < 10; segment += 1) shortage.segmentCame(0)
    assert.equal(shortage.share, 0)
  })

  it('settles at more than the share that is rescued again and again, and never at more than all', () => {
    const mild = new Shortage()
    const severe = new Shortage()
    for (let segment = 0; segment < 20; segment += 1) {
      mild.segmentCame(0.1)
      severe.segmentCame(1)
    }
    assert.ok(mild.share > 0.1 && mild.share < 0.3, `${mild.share}`)
    assert.ok(severe.share > 0.5 && severe.share <= 1, `${severe.share}`)
  })

  it('is forgotten within a few segments once neighbours bring everything again', () => {
    const shortage = new Shortage()
    for (let segment = 0; segment < 20; segment += 1) shortage.segmentCame(1)
    let segments = 0
    while (shortage.share > 0 && segments < 100) {
      shortage.segmentCame(0)
      segments += 1
    }
    assert.ok(segments <= 10, `${segments} segments`)
  })
})
