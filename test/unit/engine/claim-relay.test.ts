import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { tuning } from '../../../client-sdk/src/engine/tuning.js'
import type { MemberId } from '../../../protocol/ids.js'
import { EngineHarness } from './engine-harness.js'
import { memberId, segment, video } from './media.js'

const wanted = segment(10)
const links = 13

/** Of runs that do not overlap, none is given up for another. */
function runOf(place: number) {
  return { first: 2 * place, count: 2 }
}

/** A member with some links to whom the segment will matter next, in a cell of so many. */
function inACellOf(members: number) {
  const harness = new EngineHarness({ self: memberId(1) })
  harness.follow()
  const roster = Array.from({ length: members - 1 }, (_, index) => memberId(index + 2))
  harness.tell({
    kind: 'roster-changed',
    members: roster.map((member) => ({ member, role: 'viewer', uploads: true, rendition: video })),
  })
  const neighbours = roster.slice(0, links).map((member) => harness.link(member, 'silent'))
  harness.playTheOneBefore(wanted)
  const told = (kind: 'claim' | 'unclaim', of?: MemberId) =>
    neighbours.flatMap((neighbour, index) => {
      const heard = neighbour.heard(kind).filter(({ segment: { sequence } }) => sequence === wanted.sequence)
      return heard.filter(({ claimant }) => of === undefined || claimant === of).map(() => index)
    })
  return { neighbours, told }
}

describe('a claim that is passed on', () => {
  it('goes to many where most of the cell is not linked to its claimant, and to fewer once it has been passed on', () => {
    const { neighbours, told } = inACellOf(64)
    neighbours[0]?.claims(wanted, memberId(69), 0, runOf(0))
    const first = told('claim').length
    assert.equal(first, Math.round(links * (1 - links / 63)))
    neighbours[1]?.claims(wanted, memberId(70), 1, runOf(1))
    assert.equal(told('claim').length, first + tuning.claimPassedLater)
  })

  it('goes to the least number where each member links to each', () => {
    const { neighbours, told } = inACellOf(links + 1)
    neighbours[0]?.claims(wanted)
    assert.equal(told('claim').length, tuning.claimPassedMin)
  })

  it('goes to other neighbours the next time, so that all are told of some', () => {
    const { neighbours, told } = inACellOf(64)
    for (let claimant = 70; claimant < 84; claimant += 1)
      neighbours[0]?.claims(wanted, memberId(claimant), 1, runOf(claimant))
    assert.equal(new Set(told('claim')).size, links - 1)
  })

  it('goes to nobody who gives nothing, since they claim nothing', () => {
    const { neighbours, told } = inACellOf(64)
    for (const taker of neighbours.slice(0, 6)) {
      taker.says({ kind: 'hello', version: 1, uploads: false, rendition: video })
    }
    neighbours[12]?.claims(wanted)
    assert.deepEqual(new Set(told('claim')), new Set([6, 7, 8, 9, 10, 11]))
  })

  it('goes to nobody who will be told of one that it is given up for', () => {
    const { neighbours, told } = inACellOf(64)
    neighbours[0]?.claims(wanted, memberId(70), 1, { first: 4, count: 8 })
    neighbours[0]?.claims(wanted, memberId(71), 1, { first: 6, count: 4 })
    assert.equal(told('claim', memberId(70)).length, tuning.claimPassedLater)
    assert.deepEqual(told('claim', memberId(71)), [])
  })

  it('is withdrawn at those whom it was told to, and nobody else', () => {
    const { neighbours, told } = inACellOf(64)
    neighbours[0]?.claims(wanted, memberId(70), 1, runOf(0))
    neighbours[0]?.claims(wanted, memberId(71), 1, runOf(1))
    neighbours[0]?.unclaims(wanted, memberId(71), 1, runOf(1))
    assert.deepEqual(told('unclaim'), told('claim', memberId(71)))
    assert.equal(told('unclaim').length, tuning.claimPassedLater)
  })
})
