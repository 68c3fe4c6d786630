import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { rendezvousRank, rendezvousScore } from '../../../protocol/rendezvous.js'
import { memberIds } from './wire-arbitraries.js'

const cells = fc.uniqueArray(memberIds, { minLength: 1, maxLength: 64 })
const subjects = fc.nat(100_000).map((sequence) => `video-main/0/${sequence}`)

function ranksOf(members: readonly string[], subject: string): number[] {
  return members.map((member) => rendezvousRank(member, members, subject))
}

describe('rendezvous ranks', () => {
  it('are a permutation: every rank is taken by one member, whoever reckons', () => {
    fc.assert(
      fc.property(cells, subjects, (members, subject) => {
        const ranks = ranksOf(members, subject).sort((a, b) => a - b)
        assert.deepEqual(
          ranks,
          members.map((_, index) => index),
        )
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  it('do not depend on the order in which members are known, nor on knowing oneself', () => {
    fc.assert(
      fc.property(cells, subjects, (members, subject) => {
        const [self = ''] = members
        const rank = rendezvousRank(self, members, subject)
        assert.equal(rendezvousRank(self, members.toReversed(), subject), rank)
        assert.equal(rendezvousRank(self, members.slice(1), subject), rank)
      }),
      { seed: 2, numRuns: 300 },
    )
  })

  it('keep their order when a member leaves', () => {
    fc.assert(
      fc.property(cells, subjects, (members, subject) => {
        const order = members.toSorted((a, b) => rendezvousScore(a, subject) - rendezvousScore(b, subject))
        const rest = order.slice(1)
        assert.deepEqual(
          ranksOf(rest, subject),
          rest.map((_, index) => index),
        )
      }),
      { seed: 3, numRuns: 100 },
    )
  })

  it('break a tie by the member id, so that two never hold the same rank', () => {
    const subject = 'video-main/0/1'
    // The first two numbers, counted as member ids, whose scores collide for this subject.
    const tie = [303_349, 781_344].map((number) => number.toString(16).padStart(40, '0'))
    const [first = '', second = ''] = tie
    assert.equal(rendezvousScore(first, subject), rendezvousScore(second, subject))
    assert.deepEqual(ranksOf(tie, subject), [0, 1])
  })

  it('spread evenly: in a cell of 16 every member comes first about as often', () => {
    const members = Array.from({ length: 16 }, (_, index) => index.toString(16).padStart(40, '0'))
    const firsts = new Array<number>(16).fill(0)
    const rounds = 4000
    for (let sequence = 0; sequence < rounds; sequence += 1) {
      const subject = `video-main/0/${sequence}`
      const first = members.findIndex((member) => rendezvousRank(member, members, subject) === 0)
      firsts[first] = (firsts[first] ?? 0) + 1
    }
    const expected = rounds / 16
    const chiSquare = firsts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    // 15 degrees of freedom: an even spread exceeds 37.7 once in a thousand times.
    assert.ok(chiSquare < 37.7, `chi-square ${chiSquare}: ${firsts.join(' ')}`)
  })
})
