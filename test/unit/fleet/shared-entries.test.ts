import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { FleetEntry } from '../../../protocol/fleet-messages.js'
import { SharedEntries } from '../../../tracker/src/core/fleet/shared-entries.js'
import { processId } from './fleet-harness.js'

const entries: fc.Arbitrary<FleetEntry> = fc.record({
  key: fc.constantFrom('a', 'b', 'c'),
  version: fc.integer({ min: 1, max: 5 }),
  writer: fc.integer({ min: 1, max: 3 }).map(processId),
  ttlMs: fc.constant(1000),
  value: fc.constantFrom(true, null),
})

/** One writer gives a version once, so what it says of a key at a version is always the same. */
function asWritten(given: readonly FleetEntry[]): FleetEntry[] {
  return given.map((entry) => ({ ...entry, value: (entry.version + entry.writer.charCodeAt(15)) % 2 === 0 }))
}

function held(set: SharedEntries): string[] {
  return set
    .list(0)
    .map(({ key, version, writer, value }) => [key, version, writer, value].join(' '))
    .toSorted()
}

describe('shared entries', () => {
  it('are the same whatever the order in which they came, and so is their mark', () => {
    fc.assert(
      fc.property(
        fc
          .array(entries, { maxLength: 30 })
          .chain((all) =>
            fc.tuple(
              fc.constant(asWritten(all)),
              fc.shuffledSubarray(asWritten(all), { minLength: all.length }),
            ),
          ),
        ([one, other]) => {
          const [first, second] = [new SharedEntries(processId(1), 100), new SharedEntries(processId(2), 100)]
          for (const entry of one) first.merge(0, entry)
          for (const entry of other) second.merge(0, entry)
          assert.deepEqual(held(first), held(second))
          assert.equal(first.mark, second.mark)
        },
      ),
    )
  })

  it('have a mark that changes with every entry, and is nothing again when all have ended', () => {
    const set = new SharedEntries(processId(1), 100)
    const marks = new Set([set.mark])
    for (const key of ['a', 'b', 'a']) {
      set.write(0, key, true, 1000)
      marks.add(set.mark)
    }
    assert.equal(marks.size, 4)
    assert.deepEqual(set.expire(1000).toSorted(), ['a', 'b'])
    assert.equal(set.mark, 0)
  })

  it('written here come after whatever was heard', () => {
    const set = new SharedEntries(processId(1), 100)
    set.merge(0, { key: 'a', version: 41, writer: processId(2), ttlMs: 10, value: true })
    assert.equal(set.write(0, 'a', null, 10).version, 42)
  })

  it('are bounded: the one that ends first makes room', () => {
    const set = new SharedEntries(processId(1), 3)
    set.write(0, 'long', true, 3000)
    set.write(0, 'short', true, 1000)
    set.write(0, 'middle', true, 2000)
    set.write(0, 'new', true, 2500)
    assert.deepEqual(
      set.list(0).map(({ key }) => key),
      ['long', 'middle', 'new'],
    )
  })

  it('are told with what is left of their life', () => {
    const set = new SharedEntries(processId(1), 3)
    set.write(0, 'a', true, 3000)
    assert.deepEqual(
      set.list(1000).map(({ ttlMs }) => ttlMs),
      [2000],
    )
    assert.deepEqual(set.list(3000), [])
  })
})
