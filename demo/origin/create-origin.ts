import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { FaultDesk } from './faults/fault-desk.js'
import type { FaultChange, FaultSettings } from './faults/fault-settings.js'
import { dialableHost } from './http/dialable-host.js'
import { originHandler } from './http/origin-handler.js'
import { loadMediaLoop } from './media/media-loop.js'
import { resolveOriginOptions, type OriginOptions } from './origin-options.js'
import { originSites } from './origin-sites.js'
import { proxyPath } from './source/proxy-path.js'
import type { OriginStats } from './traffic/origin-stats.js'
import { SegmentLedger } from './traffic/segment-ledger.js'

/** A running origin: see README.md beside this file for its paths. */
export interface Origin {
  /** e.g. `http://127.0.0.1:8081`, without a slash at the end. */
  readonly url: string
  readonly port: number
  /** What a player is pointed at: the live stream, or the source passed through. */
  readonly streamUrl: string
  stats(): OriginStats
  resetStats(): void
  faults(): FaultSettings
  /** @throws Error naming the field that cannot be used. */
  setFaults(change: FaultChange): FaultSettings
  /** Cuts every connection. May be called twice. */
  close(): Promise<void>
}

/**
 * Starts a live HLS origin that counts the bytes it sends, and misbehaves when told to.
 *
 * @throws Error naming a bad option, or with the code of a port that cannot be had (`EADDRINUSE`).
 */
export async function createOrigin(options: OriginOptions = {}): Promise<Origin> {
  const resolved = resolveOriginOptions(options)
  const { now, windowSegments, rollingSegments, listedSegments } = resolved
  const ledger = new SegmentLedger({ windowSegments, rollingSegments, listedSegments }, now())
  const faults = new FaultDesk()
  const loop = await loadMediaLoop(resolved.segmentSeconds)
  const control = { faults, stats: () => ledger.stats(now()), resetStats: () => ledger.reset(now()) }
  const server = createServer(
    originHandler({
      sites: originSites(resolved, loop),
      ledger,
      faults,
      control,
      now,
      exposeContentRange: resolved.exposeContentRange,
    }),
  )
  server.listen(resolved.port, resolved.host)
  await once(server, 'listening')

  const { port } = server.address() as AddressInfo
  const url = `http://${dialableHost(resolved.host)}:${port}`
  const streamPath =
    resolved.sourceUrl === undefined ? '/live/master.m3u8' : proxyPath(new URL(resolved.sourceUrl))
  let closed: Promise<void> | undefined
  return {
    url,
    port,
    streamUrl: url + streamPath,
    stats: control.stats,
    resetStats: control.resetStats,
    faults: () => faults.settings,
    setFaults(change) {
      const result = faults.change(change)
      if (!result.ok) throw new Error(`fault ${result.reason}`)
      return result.settings
    },
    close() {
      closed ??= new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
      return closed
    },
  }
}
