import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { LinkId } from '../../../client-sdk/src/engine/inputs.js'
import { Neighbour } from '../../../client-sdk/src/engine/neighbour.js'
import { Shortage } from '../../../client-sdk/src/engine/shortage.js'
import { tuning } from '../../../client-sdk/src/engine/tuning.js'
import { Supplies } from '../../../client-sdk/src/engine/supply.js'
import { memberId } from './media.js'

/** A shortage, and the tenths that it told: to all, and to those who linked. */
function observed(): { readonly shortage: Shortage; readonly told: number[]; readonly greeted: number[] } {
  const told: number[] = []
  const greeted: number[] = []
  const shortage = new Shortage({
    sendToGivers: (message) => void (message.kind === 'shortage' && told.push(message.tenths)),
    send: (_link, message) => void (message.kind === 'shortage' && greeted.push(message.tenths)),
  })
  return { shortage, told, greeted }
}

describe('the shortage', () => {
  it('is none while nothing is rescued', () => {
    const { shortage } = observed()
    for (let segment = 0; segment < 10; segment += 1) shortage.segmentCame(0)
    assert.equal(shortage.share, 0)
  })

  it('settles at more than the share that is rescued again and again, and never at more than all', () => {
    const { shortage: mild } = observed()
    const { shortage: severe } = observed()
    for (let segment = 0; segment < 20; segment += 1) {
      mild.segmentCame(0.1)
      severe.segmentCame(1)
    }
    const settled = (0.1 * tuning.restockGain * (1 - tuning.restockDecayShort)) / tuning.restockDecayShort
    assert.ok(mild.share > 0.1 && Math.abs(mild.share - settled) < 0.01, `${mild.share}`)
    assert.ok(severe.share > 0.5 && severe.share <= 1, `${severe.share}`)
  })

  it('is forgotten within a few segments once neighbours bring everything again', () => {
    const { shortage } = observed()
    for (let segment = 0; segment < 20; segment += 1) shortage.segmentCame(1)
    let segments = 0
    while (shortage.share > 0 && segments < 100) {
      shortage.segmentCame(0)
      segments += 1
    }
    assert.ok(segments <= 10, `${segments} segments`)
  })

  it('is forgotten sooner where nothing had to be rescued than where a little was', () => {
    const shares = [0, 0.01].map((rescuedShare) => {
      const { shortage } = observed()
      for (let segment = 0; segment < 3; segment += 1) shortage.segmentCame(0.3)
      for (let segment = 0; segment < 2; segment += 1) shortage.segmentCame(rescuedShare)
      return shortage.share
    })
    assert.ok((shares[0] ?? 1) < 0.7 * (shares[1] ?? 0), shares.join(' and '))
  })

  it('is told when it has changed by a tenth, and to who links while there is one', () => {
    const { shortage, told, greeted } = observed()
    const newcomer = new Neighbour(1 as LinkId, memberId(1), new Supplies())
    for (let segment = 0; segment < 5; segment += 1) shortage.segmentCame(0)
    shortage.greet(newcomer)
    assert.deepEqual([told, greeted], [[], []])
    for (let segment = 0; segment < 20; segment += 1) shortage.segmentCame(0.1)
    const settled = told.at(-1) ?? 0
    assert.deepEqual([told[0], settled], [1, 4])
    assert.ok(told.length <= 5, `told ${told.join(', ')}`)
    shortage.greet(newcomer)
    assert.deepEqual(greeted, [settled])
    for (let segment = 0; segment < 20; segment += 1) shortage.segmentCame(0)
    assert.equal(told.at(-1), 0)
  })
})
