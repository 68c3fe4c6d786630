import { deepEqual, equal, ok } from 'node:assert/strict'
import fc from 'fast-check'
import { JsonCursor } from '../../../tracker/src/webtorrent/json-cursor.js'
import { bytesOf, textOf } from './wire-text.js'

const cursor = new JsonCursor()

/** Whether the cursor takes all of a text as one value. */
function accepts(text: string): boolean {
  cursor.open(bytesOf(text))
  return cursor.skip(0) && cursor.isAtEnd
}

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** JSON with whatever white space a writer may put between its parts. */
const spacedJson = fc
  .tuple(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom('', ' ', '\n\t', '\r\n  '))
  .map(([value, space]) => `${space}${JSON.stringify(value, undefined, space)}${space}`)

/** Texts of the characters that mean something, so that many are nearly JSON. */
const jsonLike = fc.string({
  unit: fc.constantFrom(...'{}[]":,\\/ \n\u00010123.-+eEtrufalsn\u00e9b'.split('')),
  maxLength: 24,
})

describe('the JSON cursor', () => {
  it('takes what JSON.parse takes', () => {
    fc.assert(
      fc.property(spacedJson, (text) => ok(accepts(text), text)),
      { numRuns: 1000 },
    )
  })

  it('refuses what JSON.parse refuses', () => {
    let refused = 0
    let taken = 0
    fc.assert(
      fc.property(jsonLike, (text) => {
        equal(accepts(text), parses(text), JSON.stringify(text))
        if (parses(text)) taken += 1
        else refused += 1
      }),
      { numRuns: 20_000 },
    )
    ok(refused > 1000 && taken > 200, `${refused} refused, ${taken} taken`)
  })

  it('refuses JSON with one character changed, added or lost exactly when JSON.parse does', () => {
    const changed = fc.tuple(
      spacedJson,
      fc.nat(),
      fc.constantFrom(...'{}[]":,\\ \n0.-eu\u0000\u00e9'.split(''), ''),
      fc.boolean(),
    )
    fc.assert(
      fc.property(changed, ([json, place, character, isAdded]) => {
        const at = place % json.length
        const text = json.slice(0, at) + character + json.slice(isAdded ? at : at + 1)
        equal(accepts(text), parses(text), JSON.stringify(text))
      }),
      { numRuns: 5000 },
    )
  })

  it('refuses numbers that JSON has not, and takes those that it has', () => {
    for (const number of ['0', '-0', '10', '1.5', '-1e9', '0.1E-2'])
      ok(accepts(`[${number}, {"a":${number}}]`), number)
    for (const number of ['01', '00', '-', '.5', '1.', '1e', '+1', '0x1', 'NaN', '-01']) {
      ok(!accepts(`{"a":${number},"b":0}`), number)
    }
  })

  it('says where strings and numbers are', () => {
    const values = fc.dictionary(
      fc.string(),
      fc.oneof(fc.string({ unit: 'binary' }), fc.double({ noNaN: true }), fc.integer()),
    )
    fc.assert(
      fc.property(values, (value) => {
        const json = JSON.stringify(value)
        cursor.open(bytesOf(json))
        const seen: [unknown, unknown][] = []
        for (let more = cursor.openObject(); more; more = cursor.nextMember()) {
          const key: unknown = JSON.parse(textOf(`"${cursor.raw}"`))
          const isText = cursor.isAtString
          cursor.skip(1)
          seen.push([key, JSON.parse(textOf(isText ? `"${cursor.raw}"` : cursor.raw))])
        }
        ok(cursor.isAtEnd)
        const expected = JSON.parse(json) as Record<string, unknown>
        deepEqual(seen, Object.entries(expected))
      }),
      { numRuns: 1000 },
    )
  })

  it('bounds the nesting, whatever the length', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    ok(accepts(nested(16)))
    ok(!accepts(nested(17)))
    ok(!accepts('['.repeat(1_000_000)))
    ok(!accepts('{"":'.repeat(100_000)))
  })
})
