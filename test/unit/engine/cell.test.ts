import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Cell } from '../../../client-sdk/src/engine/cell.js'
import { audioRenditionId, variantRenditionId } from '../../../protocol/rendition-id.js'
import type { RosterEntry } from '../../../protocol/member.js'
import { memberId, segment } from './media.js'

const high = variantRenditionId({ BANDWIDTH: '2500000', RESOLUTION: '1280x720' })
const low = variantRenditionId({ BANDWIDTH: '400000', RESOLUTION: '320x180' })
const sound = audioRenditionId({ LANGUAGE: 'en', NAME: 'English' })

const entry = (number: number, change: Partial<RosterEntry> = {}): RosterEntry => ({
  member: memberId(number),
  role: 'viewer',
  uploads: true,
  rendition: number % 2 === 0 ? high : low,
  ...change,
})

/** The ranks that the members of one cell compute, each for itself, for one segment. */
function ranks(members: readonly RosterEntry[], rendition: typeof high): number[] {
  return members.map(({ member }) => {
    const cell = new Cell(member)
    cell.replace(members, 0)
    return cell.rank(segment(7, rendition), [])
  })
}

describe('the order in which members fetch', () => {
  const members = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => entry(number))

  it('gives every follower of a picture a rank of its own', () => {
    const followers = members.filter(({ rendition }) => rendition === high)
    assert.deepEqual(
      ranks(followers, high).sort((a, b) => a - b),
      [0, 1, 2, 3],
    )
  })

  it('counts everyone for a separate sound track, whatever picture they follow', () => {
    assert.deepEqual(
      ranks(members, sound).sort((a, b) => a - b),
      [0, 1, 2, 3, 4, 5, 6, 7],
    )
  })

  it('passes over those who give nothing, and who follow another picture', () => {
    const self = entry(2)
    const cell = new Cell(self.member)
    cell.replace([entry(4, { uploads: false }), entry(6, { uploads: false }), entry(1), entry(3)], 0)
    assert.equal(cell.rank(segment(7, high), []), 0)
  })

  it('counts a neighbour that the roster does not hold by what it said itself', () => {
    const cell = new Cell(memberId(1))
    const strangers = Array.from({ length: 200 }, (_, index) => entry(index + 10, { rendition: high }))
    assert.ok(cell.rank(segment(7, high), strangers) > 0)
  })
})
