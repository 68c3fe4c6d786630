import { runDigestCommand } from './publisher/digest-command.js'
import { PrismeshTrackerError } from './tracker-error.js'

/** Exit codes: 1 for a wrong digest, or what the system refuses, 2 for what the caller got wrong. */
const exitCodes = { systemRefuses: 1, callerMistaken: 2 } as const

const stopping = new AbortController()
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort())
const warn = (line: string) => process.stderr.write(`prismesh-digest: ${line}\n`)

try {
  process.exitCode = await runDigestCommand(process.argv.slice(2), {
    print: (line) => process.stdout.write(`${line}\n`),
    warn,
    signal: stopping.signal,
  })
} catch (error) {
  if (error instanceof PrismeshTrackerError) {
    error.problems.forEach(warn)
    process.exitCode = exitCodes.callerMistaken
  } else if (error instanceof Error && 'code' in error) {
    // A folder that may not be written to, a full disk.
    warn(error.message)
    process.exitCode = exitCodes.systemRefuses
  } else throw error
}
