import { pino } from 'pino'
import { objectSource, resolveConfig } from '../config/config-source.js'
import type { TrackerConfig } from '../config/config-schema.js'
import { PrismeshTrackerError } from '../tracker-error.js'
import { trackerVersion } from '../version.js'
import type { StatsDocument } from './stats-document.js'
import { TrackerServer } from './tracker-server.js'

/** Options of {@link startTracker}; those left out have the defaults that `prismesh-tracker --help` shows. */
export interface TrackerOptions extends Partial<Omit<TrackerConfig, 'host' | 'port' | 'open'>> {
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  /** Anyone may join. There is no other admission yet, and it must be named. */
  readonly open: true
  /** Logs nothing; the same as `logLevel: 'silent'`. */
  readonly quiet?: boolean
}

/** A tracker that listens. */
export interface RunningTracker {
  /** Where members connect to, such as `ws://127.0.0.1:8433`. */
  readonly url: string
  readonly port: number
  /** What `GET /stats` answers, as of now. */
  stats(): StatsDocument
  /** Sends everyone away and stops. Resolves within three seconds; may be called again. */
  close(): Promise<void>
}

/**
 * Starts a tracker in this process.
 *
 * @throws PrismeshTrackerError with code `invalid-options`, `port-in-use`, `not-permitted` or `cannot-listen`
 */
export async function startTracker(options: TrackerOptions): Promise<RunningTracker> {
  const { quiet, ...given } = options
  const resolved = resolveConfig([objectSource(given, 'startTracker')])
  if (!resolved.ok) {
    throw new PrismeshTrackerError('invalid-options', resolved.problems.join('; '), resolved.problems)
  }
  return startConfiguredTracker(quiet === true ? { ...resolved.config, logLevel: 'silent' } : resolved.config)
}

/** Starts a tracker with options that were validated already. */
export async function startConfiguredTracker(config: TrackerConfig): Promise<RunningTracker> {
  if (!config.open) throw new PrismeshTrackerError('invalid-options', openRequired)
  // Without a base, pino adds the process id and host name to every line.
  const log = pino({ level: config.logLevel, base: null })
  const server = new TrackerServer(config, log)
  const port = await server.listen()
  const url = `ws://${connectableHost(config.host)}:${port}`
  log.info({ url, version: trackerVersion }, 'tracker listening')
  log.warn('open admission: anyone who reaches this port may join any stream')
  if (config.secret === undefined) {
    log.info('no secret set: swarm ids and resume texts will not outlive this process')
  }
  let closing: Promise<void> | undefined
  const stop = async () => {
    log.info('tracker stopping')
    await server.close()
    log.info('tracker stopped')
  }
  return { url, port, stats: () => server.stats(), close: () => (closing ??= stop()) }
}

const openRequired =
  'open: must be true, because until join tokens exist open admission (anyone may join) is the only mode and ' +
  'must be named: start with --open, PRISMESH_TRACKER_OPEN=true or open: true'

/** An address that can be connected to, for hosts that stand for all addresses; IPv6 in brackets. */
function connectableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
