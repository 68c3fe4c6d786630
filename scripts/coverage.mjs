// Coverage of the pure layers by the unit tests: npm run coverage. Says the threshold, and fails below it.
import { spawnSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const settings = JSON.parse(await readFile(join(root, '.c8rc.json'), 'utf8'))

/** Modules of types alone: nothing loads them when the tests run, so c8 would count each of their lines as missed. */
async function typesOnly(folder) {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.name.endsWith('.js'))
    .map((entry) => join(entry.parentPath, entry.name))
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
  const empty = files.filter((_file, i) => /^\s*export \{\};\s*(?:\/\/.*\s*)?$/.test(texts[i]))
  return empty.map((file) => relative(root, file))
}

function run(args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
  return status === 0
}

if (run(['scripts/build.mjs', '--types'])) {
  const layers = settings.include.map((pattern) => pattern.replace('/**/*.js', ''))
  const excluded = (await Promise.all(layers.map(typesOnly))).flat().flatMap((file) => ['--exclude', file])
  const mocha = ['node_modules/mocha/bin/mocha.js', '--timeout', '5000', 'build/test/unit/**/*.test.js']
  run(['node_modules/c8/bin/c8.js', ...excluded, process.execPath, ...mocha])
  console.log(`Threshold: ${settings.lines} % of lines`)
}
