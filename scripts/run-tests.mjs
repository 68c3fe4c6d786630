// Runs the test suites one after the other and ends with the line `N passed, N failed`, counted from their reports.
//   npm test                       every suite
//   npm test -- unit contract      these suites
//   npm test -- unit --grep wire   arguments from the first option on go to mocha
//   npm run test:attack            the suite `attack` in its long form
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { findChromium } from './find-chromium.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

const long = process.argv.includes('--long')

/** `minutesMax`: a suite that takes longer hangs, and is ended. */
const suites = {
  unit: { timeoutMs: 5_000, minutesMax: 10 },
  contract: { timeoutMs: 15_000, minutesMax: 10 },
  integration: { timeoutMs: 15_000, minutesMax: 15, needsBundles: true },
  browser: { timeoutMs: 90_000, minutesMax: 30, needsBundles: true, needsChromium: true },
  attack: { timeoutMs: 90_000, minutesMax: long ? 180 : 30, needsBundles: true, needsChromium: true },
}

/** A process that has reported and goes on living holds a timer, a socket or a channel that a test left open. */
const exitGraceMs = 10_000

const { names, mochaArgs } = readArguments(process.argv.slice(2).filter((arg) => arg !== '--long'))
process.chdir(root)
await rm('test-results', { recursive: true, force: true })
await build()

const env = { ...process.env, ...(long ? { PRISMESH_ATTACK_LENGTH: 'long' } : {}) }
if (names.some((name) => suites[name].needsChromium)) {
  env['CHROMIUM_PATH'] = await findChromium({ install: true })
  console.log(`Chromium: ${env['CHROMIUM_PATH']}`)
}

const results = []
for (const name of names) results.push({ name, ...(await runSuite(name)) })

console.log('')
for (const { name, problem, ...counts } of results) {
  console.log(`${name}: ${summary(counts)}${problem === undefined ? '' : ` (${problem})`}`)
}
const total = { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') }
if (total.passed + total.failed === 0) console.log('No test ran')
console.log(summary(total))
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0

function readArguments(args) {
  const firstOption = args.findIndex((arg) => arg.startsWith('-'))
  const chosen = firstOption === -1 ? args : args.slice(0, firstOption)
  const unknown = chosen.filter((name) => !Object.hasOwn(suites, name))
  if (unknown.length > 0) {
    console.error(`No suite named ${unknown.join(', ')}. There are: ${Object.keys(suites).join(', ')}`)
    process.exit(2)
  }
  return {
    names: chosen.length > 0 ? chosen : Object.keys(suites),
    mochaArgs: firstOption === -1 ? [] : args.slice(firstOption),
  }
}

async function build() {
  const options = names.some((name) => suites[name].needsBundles) ? [] : ['--types']
  if ((await run(['scripts/build.mjs', ...options], process.env).ended) !== 0) process.exit(1)
}

async function runSuite(name) {
  const sources = await testsIn(join('test', name), '.test.ts')
  const tests = sources.map((file) => join('build', file.replace(/\.ts$/, '.js')))
  console.log(`\n== ${name}: ${tests.length} files`)
  if (tests.length === 0) return failure('no tests', names.length < Object.keys(suites).length)
  const missing = tests.filter((file) => !existsSync(file))
  if (missing.length > 0) return failure(`not compiled: ${missing.join(', ')}`)

  const { timeoutMs, minutesMax } = suites[name]
  const output = join('test-results', `${name}.json`)
  const mocha = join(root, 'node_modules/mocha/bin/mocha.js')
  const options = ['--timeout', String(timeoutMs), '--reporter-option', `output=${output}`]
  const problem = await supervise(run([mocha, ...options, ...mochaArgs, ...tests], env), output, minutesMax)
  if (!existsSync(output)) return failure(problem ?? 'no report')

  const report = JSON.parse(await readFile(output, 'utf8'))
  const counts = {
    passed: report.passed.length,
    failed: report.failed.length,
    skipped: report.skipped.length,
  }
  if (problem !== undefined && counts.failed === 0) return { ...counts, failed: 1, problem }
  if (mochaArgs.length === 0 && counts.passed + counts.failed === 0) return failure('no test ran')
  return counts
}

/** Waits for mocha's end; the problem, if it did not end by itself with success. */
async function supervise({ child, ended }, output, minutesMax) {
  const started = Date.now()
  let reportedAt
  let problem
  const watch = setInterval(() => {
    if (existsSync(output)) reportedAt ??= Date.now()
    if (reportedAt !== undefined && Date.now() - reportedAt > exitGraceMs) {
      problem = 'the process lived on after the last test: a timer, socket or channel is still open'
    } else if (Date.now() - started > minutesMax * 60_000) {
      problem = `not done after ${minutesMax} minutes`
    }
    if (problem !== undefined) child.kill('SIGKILL')
  }, 250)
  const code = await ended
  clearInterval(watch)
  if (problem === undefined && code !== 0) problem = `mocha ended with ${code}`
  return problem
}

function run(args, environment) {
  const child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'inherit', 'inherit'] })
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? signal))
  })
  return { child, ended }
}

async function testsIn(folder, ending) {
  if (!existsSync(folder)) return []
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(ending))
  return files.map((entry) => join(entry.parentPath, entry.name)).sort()
}

function failure(problem, counts = true) {
  return { passed: 0, failed: counts ? 1 : 0, skipped: 0, problem }
}

function sum(key) {
  return results.reduce((subtotal, result) => subtotal + result[key], 0)
}

function summary({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
