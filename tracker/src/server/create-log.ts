import { pino, type Logger } from 'pino'
import type { TrackerConfig } from '../config/config-schema.js'
import { LogOutput } from './log-output.js'

const standardOutput = 1
/** What waits for whoever reads the log: an hour of warnings fits. */
const waitingLengthMax = 1 << 20

/** Lines of JSON on standard output. */
export function createLog(level: TrackerConfig['logLevel']): Logger {
  // Without a base, pino adds the process id and host name to every line.
  return pino({ level, base: null }, new LogOutput(standardOutput, waitingLengthMax))
}
