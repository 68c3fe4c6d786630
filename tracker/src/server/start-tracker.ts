import { objectSource, resolveConfig } from '../config/config-source.js'
import type { TrackerConfig } from '../config/config-schema.js'
import { openClusterBus } from '../fleet/open-cluster-bus.js'
import { PrismeshTrackerError } from '../tracker-error.js'
import { trackerVersion } from '../version.js'
import { ConfiguredPlaces } from '../places/configured-places.js'
import type { BannedParty } from './ban-orders.js'
import { createAdmission } from './create-admission.js'
import { createLog } from './create-log.js'
import type { StatsDocument } from './stats-document.js'
import { TrackerServer } from './tracker-server.js'

/** Options of {@link startTracker}: `tokenKeys` or `open` among them. Those left out have the defaults that `prismesh-tracker --help` shows. */
export interface TrackerOptions extends Partial<Omit<TrackerConfig, 'host' | 'port'>> {
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
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
  /** Reads token keys, certificate, its key, the operator's token, databases and sites again. Rejects, and keeps the old ones, when they are wrong. */
  reload(): Promise<void>
  /**
   * Bans a member or the bearer of a token for so many seconds, in every process of the fleet; 0 lifts the ban. Those
   * who are joined are dropped.
   *
   * @throws PrismeshTrackerError `invalid-options`
   */
  ban(who: BannedParty, seconds: number): void
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
  const contradictions = contradictionsIn(config)
  if (contradictions.length > 0) {
    throw new PrismeshTrackerError('invalid-options', contradictions.join('; '), contradictions)
  }
  const configured = await createAdmission(config)
  const log = createLog(config.logLevel)
  const places = new ConfiguredPlaces(config)
  const openBus =
    config.cluster === undefined ? undefined : await openClusterBus(config.cluster, config.clusterName)
  const server = new TrackerServer(config, configured, places, log, openBus)
  const port = await server.listen()
  const url = `${config.tlsCert === undefined ? 'ws' : 'wss'}://${connectableHost(config.host)}:${port}`
  log.info({ url, version: trackerVersion }, 'tracker listening')
  if (config.open) log.warn('open admission: anyone who reaches this port may join any stream')
  if (config.webtorrent) {
    log.warn('WebTorrent clients are served: at /announce nobody is asked for a token')
  }
  if (config.witness.length === 0) log.warn(withoutRules)
  else if (config.witnessAllowPrivate) log.warn('the witness fetches from private addresses too')
  if (config.secret === undefined) {
    log.info('no secret set: swarm ids and resume texts will not outlive this process')
  }
  const watch = places.watch({
    reloaded: () => log.info('geoDatabase, subnetSites: a file was replaced, and read again'),
    failed: (problem) =>
      log.warn({ problem }, 'geoDatabase, subnetSites: a file was replaced by what is none'),
  })
  let closing: Promise<void> | undefined
  const stop = async () => {
    log.info('tracker stopping')
    watch.stop()
    await server.close()
    log.info('tracker stopped')
  }
  const reload = async () => {
    await configured.reload()
    server.reloadFiles()
    places.reload()
    log.info('keys, certificate, token and places read again')
  }
  const ban = (who: BannedParty, seconds: number) => server.bans.order(who, seconds)
  return { url, port, stats: () => server.stats(), reload, ban, close: () => (closing ??= stop()) }
}

/** What single options cannot be blamed for, one line each. */
function contradictionsIn({ open, tokenKeys, tlsCert, tlsKey, cluster, secret }: TrackerConfig): string[] {
  const lines: string[] = []
  if (!open && tokenKeys === undefined) lines.push(admissionRequired)
  if (open && tokenKeys !== undefined)
    lines.push('open, tokenKeys: only one of them, since open checks no token')
  if ((tlsCert === undefined) !== (tlsKey === undefined)) lines.push('tlsCert, tlsKey: one needs the other')
  if (cluster !== undefined && secret === undefined) lines.push(secretRequired)
  return lines
}

const withoutRules =
  'no witness rule: viewers share nothing, unless their pages set integrity off (see --witness https://cdn.example.com/live/*)'

const secretRequired =
  'secret: missing: all processes of a cluster need the same one, or their swarms do not know each other'

const admissionRequired =
  'tokenKeys: missing: make a key (npx prismesh-tracker key > keys.json) and start with --token-keys keys.json, ' +
  'or let anyone join any stream with --open'

/** An address that can be connected to, for hosts that stand for all addresses; IPv6 in brackets. */
function connectableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}
