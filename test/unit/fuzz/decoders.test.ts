import assert from 'node:assert/strict'
import fc from 'fast-check'
import { keptInputs } from '../../fuzz/frames/corpus.js'
import { fuzzTargets } from '../../fuzz/frames/targets.js'

/** The short form of `npm run fuzz`. */
describe('what decodes bytes from strangers', () => {
  let kept = 0

  for (const { name, inputs, check } of fuzzTargets) {
    it(`takes anything: ${name}`, function () {
      this.timeout(60_000)
      for (const input of keptInputs(name)) {
        kept += 1
        assert.doesNotThrow(() => check(input.bytes), `test/fuzz/corpus/${name}/${input.name}`)
      }
      fc.assert(fc.property(inputs, check), { numRuns: 1000 })
    })
  }

  it('is tried with what is kept', () => assert.ok(kept >= 8, `${kept} inputs are kept`))
})
