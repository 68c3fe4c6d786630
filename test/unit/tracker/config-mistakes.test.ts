import assert from 'node:assert/strict'
import fc from 'fast-check'
import * as v from 'valibot'
import { readCommandLine } from '../../../tracker/src/config/command-line.js'
import {
  configKeys,
  configSchema,
  secretKeys,
  type ConfigKey,
} from '../../../tracker/src/config/config-schema.js'
import { environmentSource, objectSource, resolveConfig } from '../../../tracker/src/config/config-source.js'
import { environmentName, flagName } from '../../../tracker/src/config/option-names.js'

/** Values that this option must not have: whatever the schema refuses of anything at all. */
function wrongValues(key: ConfigKey): fc.Arbitrary<unknown> {
  const schema = configSchema.entries[key]
  const anything = fc.oneof(
    fc.anything({ maxDepth: 1, maxKeys: 3 }),
    fc.constantFrom(null, -1, 1.5, 1e12, Number.NaN, '', 'x\ny', [1], ['x'], {}, true, 'x'.repeat(2000)),
  )
  return anything.filter((value) => value !== undefined && !v.safeParse(schema, value).success)
}

/** Texts that this option must not have where everything is text. */
function wrongTexts(key: ConfigKey): fc.Arbitrary<string> {
  const refused = (text: string) => !resolveConfig([environmentSource({ [environmentName(key)]: text })]).ok
  return fc
    .oneof(fc.constantFrom('', ' ', 'x', '-1', '1e9', '99999999999', 'maybe', 'x\ny'), fc.string())
    .filter(refused)
}

const fromTexts = configKeys.filter((key) => !secretKeys.has(key))

describe('a mistake in the configuration', () => {
  for (const key of configKeys) {
    it(`is one line that names it: ${key}`, () => {
      fc.assert(
        fc.property(wrongValues(key), (value) => {
          const result = resolveConfig([objectSource({ [key]: value }, 'tracker.json')])
          assert.equal(result.ok, false)
          const [problem = '', ...more] = result.ok ? [] : result.problems
          assert.deepEqual(more, [])
          assert.ok(problem.startsWith(`${key}: must `), problem)
          assert.ok(problem.endsWith(' (tracker.json)'), problem)
          assert.equal(/[\n\r]/.test(problem), false, problem)
          assert.ok(problem.length <= 400, `${problem.length} characters`)
          if (secretKeys.has(key) && typeof value === 'string' && value.length > 3)
            assert.equal(problem.includes(value), false, 'a secret is not repeated')
        }),
        { numRuns: 60 },
      )
    })
  }

  it('names the flag or the variable where it was made there', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...fromTexts).chain((key) => wrongTexts(key).map((text) => [key, text] as const)),
        ([key, text]) => {
          const inEnvironment = resolveConfig([environmentSource({ [environmentName(key)]: text })])
          assert.ok(!inEnvironment.ok && inEnvironment.problems.length === 1)
          assert.ok(inEnvironment.problems[0]?.startsWith(`${environmentName(key)}: must `))
          if (configSchema.entries[key].wrapped.type === 'boolean') return
          const flag = readCommandLine([`${flagName(key)}=${text}`], {})
          assert.ok(flag.kind === 'refused', `${key} ${text}`)
          assert.equal(flag.problems.length, 1)
          assert.ok(flag.problems[0]?.startsWith(`${flagName(key)}: must `), flag.problems[0])
        },
      ),
      { numRuns: 300 },
    )
  })

  it('is named for every key at once', () => {
    const wrong = Object.fromEntries(configKeys.map((key) => [key, Symbol.iterator]))
    const result = resolveConfig([objectSource(wrong, 'tracker.json')])
    assert.equal(result.ok ? 0 : result.problems.length, configKeys.length)
  })
})
