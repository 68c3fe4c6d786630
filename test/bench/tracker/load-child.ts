/** The process that loads: `load-child.js PLAN`, with the plan as JSON; prints the result as JSON. */
import type { LoadPlan } from './load/plan.js'
import { runLoad } from './load/run-load.js'

const result = await runLoad(JSON.parse(process.argv[2] ?? '') as LoadPlan)
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0))
