import { runCommand } from './commands/run-command.js'
import { readCommandLine } from './config/command-line.js'
import { startConfiguredTracker } from './server/start-tracker.js'
import { PrismeshTrackerError } from './tracker-error.js'

/** Exit codes: 1 for what the system refuses, 2 for what the caller got wrong. */
const exitCodes = { systemRefuses: 1, callerMistaken: 2 } as const

const args = process.argv.slice(2)
const printed = await runCommand(args).catch((error: unknown) => {
  if (!(error instanceof PrismeshTrackerError)) throw error
  fail(error.problems, exitCodes.callerMistaken)
  return ''
})
const commandLine = printed === undefined ? readCommandLine(args, process.env) : undefined
if (printed !== undefined || commandLine === undefined) {
  process.stdout.write(printed ?? '')
} else if (commandLine.kind === 'print') {
  process.stdout.write(commandLine.text)
} else if (commandLine.kind === 'refused') {
  fail(commandLine.problems, exitCodes.callerMistaken)
} else {
  try {
    const starting = startConfiguredTracker(commandLine.config)
    // Before the start is done, so that a signal in between is not lost. A second one ends the process at once.
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => void starting.then((tracker) => tracker.close()).catch(() => undefined))
    }
    const tracker = await starting
    // A mistake in a file that is read again is told, and the old one stays in use.
    process.on('SIGHUP', () => {
      tracker.reload().catch((error: unknown) => process.stderr.write(`prismesh-tracker: ${String(error)}\n`))
    })
  } catch (error) {
    if (!(error instanceof PrismeshTrackerError)) throw error
    const mistaken = error.code === 'invalid-options'
    fail(error.problems, mistaken ? exitCodes.callerMistaken : exitCodes.systemRefuses)
  }
}

/** The exit code is set, not forced, so that what is written still goes out. */
function fail(problems: readonly string[], exitCode: number): void {
  for (const problem of problems) process.stderr.write(`prismesh-tracker: ${problem}\n`)
  process.exitCode = exitCode
}
