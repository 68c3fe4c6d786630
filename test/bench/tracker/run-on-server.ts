import { configKeys } from '../../../tracker/src/config/config-schema.js'
import { startBenchServer, type ServerName } from './bench-server.js'
import type { TrackerBenchOptions } from './command-line.js'
import type { LoadPlan, LoadProtocol, LoadResult } from './load/plan.js'
import { runInChild } from './run-in-child.js'
import { basePlan } from './rows.js'

/** The option that turns WebTorrent's protocol on at `/announce`. */
const webtorrentKey = 'webtorrent'

/** No limit that the other tracker does not have. */
const webtorrentFlags = [
  `--${webtorrentKey}`,
  ...['--webtorrent-offers-per-minute', '1000000'],
  ...['--webtorrent-offers-per-minute-per-address', '1000000000'],
  ...['--webtorrent-message-burst', '100000'],
  ...['--webtorrent-messages-per-second', '100000'],
  ...['--webtorrent-connections-max', '100000'],
]

/** Nobody is turned away while it is measured what everybody costs. */
const letAllIn = ['--loop-delay-max-ms', '0']

/** Whether a server speaks a protocol at all. */
export function speaks(server: ServerName, protocol: LoadProtocol): boolean {
  if (server === 'bittorrent-tracker') return protocol === 'webtorrent'
  return protocol === 'native' || (configKeys as readonly string[]).includes(webtorrentKey)
}

/** Starts a server, carries out a plan on it, and ends it: no run sees what another has left behind. */
export async function runOnServer(
  server: ServerName,
  protocol: LoadProtocol,
  { serverCore, loadCore, seconds, connections }: TrackerBenchOptions,
  plan: Pick<LoadPlan, 'kind'> & Partial<LoadPlan>,
): Promise<LoadResult> {
  const isOurWebtorrent = server === 'prismesh' && protocol === 'webtorrent'
  const ownFlags = [
    ...(plan.kind === 'overload' ? [] : letAllIn),
    ...(isOurWebtorrent ? webtorrentFlags : []),
  ]
  const running = await startBenchServer(server, serverCore, server === 'prismesh' ? ownFlags : [])
  try {
    const { host, port, pid: serverPid } = running
    const path = isOurWebtorrent ? '/announce' : '/'
    const where = { protocol, host, port, path, serverPid }
    return await runInChild({ ...basePlan, seconds, connections, ...plan, ...where }, loadCore)
  } finally {
    await running.stop()
  }
}
