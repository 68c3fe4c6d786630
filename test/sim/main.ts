import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import process from 'node:process'
import { readCommandLine } from './command-line.js'
import { htmlReport } from './report/html-report.js'
import { run, type RunResult } from './run.js'
import { judge, scenarioOptions } from './scenarios/scenario.js'
import type { SimOptions } from './sim-options.js'
import { table } from './table.js'

interface Run {
  readonly name: string
  readonly about: string
  readonly result: RunResult
  readonly plain: RunResult | undefined
  readonly problems: readonly string[]
}

const command = readCommandLine(process.argv)
const runs = command.scenarios.length === 0 ? [runOptions()] : command.scenarios.map(runScenario)
const { jsonFile, reportFile } = command
if (jsonFile !== undefined)
  writeFileSync(jsonFile, `${JSON.stringify({ commit: commit(), runs }, null, 2)}\n`)
if (reportFile !== undefined) writeFileSync(reportFile, runs.map(page).join('\n'))
if (runs.some(({ problems }) => problems.length > 0)) process.exitCode = 1

function runOptions(): Run {
  const { options, compare } = command
  const result = run(options, progress(options))
  const plain = compare && options.p2p ? run({ ...options, p2p: false }) : undefined
  return told({ name: 'run', about: `Seed ${options.seed}.`, result, plain, problems: result.problems })
}

function runScenario(scenario: (typeof command.scenarios)[number]): Run {
  const { seed } = command.options
  const options = { ...scenarioOptions(scenario, command.length), seed }
  const result = run(options, progress(options))
  const plain = run({ ...options, p2p: false })
  const { name, about } = scenario
  print(`\n${name}: ${about}`)
  return told({ name, about, result, plain, problems: judge(scenario, result, plain) })
}

function told(done: Run): Run {
  if (process.stderr.isTTY) process.stderr.write('\r')
  print(table(done.result, done.plain))
  for (const problem of done.problems) print(`PROBLEM: ${problem}`)
  if (done.problems.length > 0) print(`${done.name}: seed ${done.result.options.seed}, commit ${commit()}`)
  return done
}

function page({ name, about, result, plain, problems }: Run): string {
  return htmlReport({ ...result, problems }, plain, `${name}: ${about} Commit ${commit()}.`)
}

/** Says on the error output how far it is: on a terminal at once, else every half a minute. */
function progress({ runMs }: SimOptions): (atMs: number) => void {
  const beganAt = performance.now()
  let toldAt = beganAt
  return (atMs) => {
    const now = performance.now()
    const { isTTY } = process.stderr
    if (!isTTY && now < toldAt + 30_000) return
    toldAt = now
    const ratio = ((now - beganAt) / atMs).toFixed(2)
    const line = `${atMs / 1000} of ${runMs / 1000} s, ${ratio} s for each `
    process.stderr.write(isTTY ? `\r${line}` : `${line}\n`)
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown'
  }
}
