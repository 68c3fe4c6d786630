import assert from 'node:assert/strict'
import fc from 'fast-check'
import { linksMax } from '../../../protocol/limits.js'
import { seededRandom } from '../../support/swarm/seeded-random.js'
import { CoreHarness, introducedTo, joinedOf, type Client } from './core-harness.js'

/** One member of the cell under test; `number` is its id. */
interface Person {
  readonly number: number
  readonly client: Client
  uploads: boolean
}

/** A cell whose members come, go and change their minds, and who of them may link to whom. */
class MixedCell {
  readonly harness: CoreHarness
  readonly people: Person[] = []
  private made = 0

  constructor(seed: number) {
    this.harness = new CoreHarness({}, seed)
  }

  join(uploads: boolean): Person {
    this.made += 1
    const person = { number: this.made, client: this.harness.join(this.made, { uploads }), uploads }
    this.people.push(person)
    return person
  }

  leave(person: Person): void {
    this.people.splice(this.people.indexOf(person), 1)
    this.harness.disconnect(person.client)
  }

  /** Those of one kind that this member was introduced to and that are still there. */
  neighbours({ client }: Person, uploads: boolean): Person[] {
    const met = new Set(introducedTo(client).map(({ member }) => Number.parseInt(member, 16)))
    return this.people.filter((other) => met.has(other.number) && other.uploads === uploads)
  }

  get givers(): Person[] {
    return this.people.filter(({ uploads }) => uploads)
  }

  get takers(): Person[] {
    return this.people.filter(({ uploads }) => !uploads)
  }

  /** How many givers are reached from the first over links between givers. */
  get giversConnected(): number {
    const reached = new Set(this.givers.slice(0, 1))
    for (const giver of reached) for (const next of this.neighbours(giver, true)) reached.add(next)
    return reached.size
  }
}

/** A full cell in which `givers` of 64 give, who join in an order drawn from the seed. */
function fullCell(givers: number, seed: number): MixedCell {
  const cell = new MixedCell(seed)
  const random = seededRandom(seed)
  for (let joined = 0; joined < 64; joined += 1) {
    const left = givers - cell.givers.length
    cell.join(random() * (64 - joined) < left)
    cell.harness.pass(100)
  }
  cell.harness.pass(1000)
  return cell
}

describe('givers and takers', () => {
  const seeds = Array.from({ length: 15 }, (_, seed) => seed)

  it('of a cell in which three of ten give: each taker meets 4 givers, the givers are a mesh, none carries too much', () => {
    for (const seed of seeds) {
      const cell = fullCell(19, seed)
      for (const taker of cell.takers) {
        const givers = cell.neighbours(taker, true).length
        assert.ok(givers >= 4, `seed ${seed}: a taker with ${givers} givers`)
      }
      for (const giver of cell.givers) {
        const takers = cell.neighbours(giver, false).length
        assert.ok(cell.neighbours(giver, true).length >= 4)
        assert.ok(takers >= 6 && takers <= 26, `${takers} takers`)
        assert.ok(introducedTo(giver.client).length <= linksMax + 4)
      }
      const mesh = cell.givers.reduce((sum, giver) => sum + cell.neighbours(giver, true).length, 0) / 19
      assert.ok(mesh >= 6, `givers meet ${mesh} givers on average`)
      assert.equal(cell.giversConnected, 19)
    }
  })

  it('of a cell in which few give: the givers share the load, and no taker is left without one', () => {
    for (const seed of seeds) {
      const cell = fullCell(6, seed)
      const loads = cell.givers.map((giver) => cell.neighbours(giver, false).length)
      for (const taker of cell.takers) assert.ok(cell.neighbours(taker, true).length >= 1)
      assert.ok(
        Math.max(...loads) <= linksMax + 4 && Math.min(...loads) >= 8,
        `takers per giver: ${loads.join(' ')}`,
      )
      assert.equal(cell.giversConnected, 6)
    }
  })

  it('keep to that whoever comes, goes and changes their mind', () => {
    const event = fc.record({
      kind: fc.constantFrom('join', 'join', 'leave', 'turn'),
      at: fc.nat(),
      gives: fc.nat(9),
    })
    fc.assert(
      fc.property(fc.array(event, { minLength: 60, maxLength: 160 }), fc.nat(), (events, seed) => {
        const cell = new MixedCell(seed)
        for (const { kind, at, gives } of events) {
          const person = cell.people[at % Math.max(1, cell.people.length)]
          if (kind === 'join' && cell.people.length < 64) cell.join(gives < 4)
          else if (kind === 'leave' && person) cell.leave(person)
          else if (kind === 'turn' && person) {
            person.uploads = !person.uploads
            cell.harness.say(person.client, { kind: 'update', uploads: person.uploads })
          }
          cell.harness.pass(300)
        }
        cell.harness.pass(1000)
        assert.equal(cell.giversConnected, cell.givers.length)
        const enough = Math.min(
          4,
          cell.givers.length,
          Math.floor((cell.givers.length * 24) / cell.takers.length),
        )
        for (const taker of cell.takers) {
          const givers = cell.neighbours(taker, true).length
          assert.ok(givers >= enough, `${givers} of ${enough} givers, ${cell.givers.length} in the cell`)
        }
      }),
      { numRuns: 25 },
    )
  })

  it('are never introduced taker to taker while somebody gives', () => {
    const cell = new MixedCell(1)
    cell.join(true)
    for (let count = 0; count < 10; count += 1) {
      const { introductions } = joinedOf(cell.join(false).client)
      assert.deepEqual(
        introductions.map(({ member }) => Number.parseInt(member, 16)),
        [1],
      )
    }
  })

  it('where nobody gives, a taker meets two others; and givers as they come', () => {
    const cell = new MixedCell(1)
    for (let count = 0; count < 20; count += 1) {
      assert.equal(joinedOf(cell.join(false).client).introductions.length, Math.min(count, 2))
    }
    for (let count = 0; count < 5; count += 1) cell.join(true)
    cell.harness.pass(1000)
    for (const taker of cell.takers) assert.ok(cell.neighbours(taker, true).length >= 4)
  })

  it('are made up for when a giver leaves', () => {
    const cell = fullCell(12, 1)
    for (const giver of cell.givers.slice(0, 4)) cell.leave(giver)
    cell.harness.pass(1000)
    const fewest = Math.min(...cell.takers.map((taker) => cell.neighbours(taker, true).length))
    assert.ok(fewest >= 2, `a taker is left with ${fewest} givers of ${cell.givers.length}`)
    assert.equal(cell.giversConnected, 8)
  })
})
