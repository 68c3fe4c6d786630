import { Command } from 'commander'
import fc from 'fast-check'
import { keepInput, keptInputs } from './corpus.js'
import { fuzzTargets } from './targets.js'

const { runs, seed, target } = new Command('fuzz')
  .description(
    'Gives every decoder that takes bytes from strangers what is garbage, and what is nearly right. What fails is made ' +
      'small, kept as a file in test/fuzz/corpus, and tried again in each npm test.',
  )
  .option('--runs <n>', 'inputs for each target', Number, 500_000)
  .option('--seed <n>', 'of what is tried', Number, Date.now() % 2 ** 31)
  .option('--target <name>', `one of ${fuzzTargets.map(({ name }) => name).join(', ')}; default: all`)
  .parse()
  .opts<{ runs: number; seed: number; target?: string }>()

const chosen = fuzzTargets.filter(({ name }) => target === undefined || name === target)
if (chosen.length === 0) throw new Error(`there is no target ${target}`)
let failed = 0
let tried = 0
for (const { name, inputs, check } of chosen) {
  const began = performance.now()
  for (const kept of keptInputs(name)) check(kept.bytes)
  const outcome = fc.check(fc.property(inputs, check), { numRuns: runs, seed })
  tried += outcome.numRuns
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  console.log(`${name}: ${outcome.numRuns} inputs in ${seconds} s${outcome.failed ? ', FAILED' : ''}`)
  if (!outcome.failed) continue
  failed += 1
  const [smallest] = outcome.counterexample ?? []
  if (smallest !== undefined) console.log(`kept as ${keepInput(name, smallest)}`)
  console.log(outcome.errorInstance)
}
console.log(`seed ${seed}: ${tried} inputs, ${failed} targets failed`)
process.exit(failed > 0 ? 1 : 0)
