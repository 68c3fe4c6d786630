// Builds everything: npm run build. With --types, only what the tests import: no bundles, and nothing that needs them.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { removeStaleOutputs } from './remove-stale-outputs.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const tsc = 'node_modules/typescript/bin/tsc'
const rollup = 'node_modules/rollup/dist/bin/rollup'

const steps = process.argv.includes('--types')
  ? [[tsc, '-b', 'test']]
  : [[tsc, '-b'], ['scripts/build-api.mjs'], [rollup, '-c', '--silent']]

const stale = await removeStaleOutputs()
if (stale.length > 0) console.log(`Removed ${stale.length} outputs in build/ whose source is gone`)
for (const [program, ...args] of steps) {
  const { status } = spawnSync(process.execPath, [join(root, program), ...args], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0) {
    console.error(`The build failed: ${[program, ...args].join(' ')}`)
    process.exit(1)
  }
}
