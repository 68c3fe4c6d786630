import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import process from 'node:process'
import { readCommandLine } from './command-line.js'
import { run } from './run.js'
import { table } from './table.js'

const { options, compare, jsonFile } = readCommandLine(process.argv)
const print = (text: string): void => void process.stdout.write(`${text}\n`)
const progress = (atMs: number): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r${atMs / 1000} of ${options.runMs / 1000} s `)
}

const result = run(options, progress)
const plain = compare && options.p2p ? run({ ...options, p2p: false }) : undefined
print(table(result, plain))
if (jsonFile !== undefined)
  writeFileSync(jsonFile, `${JSON.stringify({ commit: commit(), result, plain }, null, 2)}\n`)
if (result.problems.length > 0) {
  for (const problem of result.problems) print(`PROBLEM: ${problem}`)
  print(`seed ${options.seed}, commit ${commit()}`)
  process.exitCode = 1
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}
