import type { Simulation } from './simulation.js'

/** The state of a run at a moment. */
export interface Sample {
  /** Since the first viewer could come. */
  readonly atMs: number
  readonly viewers: number
  /** Viewers that began to play. */
  readonly playing: number
  readonly stalled: number
  readonly cells: number
  readonly links: number
  /** Means over those who play. */
  readonly bufferMs: number
  readonly latencyMs: number
  /** The least buffer of anyone who plays. */
  readonly bufferMsMin: number
  /** Sums over everyone since the start. */
  readonly cdnBytes: number
  readonly deliveredBytes: number
  readonly wastedBytes: number
  readonly uploadedBytes: number
  readonly rescues: number
  /** Of those there now who upload, what lines and ratio allow; and of all there now; in bytes per second. */
  readonly usableUplink: number
  readonly demand: number
}

export function takeSample(simulation: Simulation, deliveredBytes: number): Sample {
  const { world, watchers, everyone, options } = simulation
  let bufferMs = 0
  let bufferMsMin = Number.POSITIVE_INFINITY
  let latencyMs = 0
  let playing = 0
  let stalled = 0
  let usableUplink = 0
  let demand = 0
  for (const { player, person } of watchers) {
    const own = (simulation.segmentBytes(world.stream.url(player.rendition, 0)) * 1000) / options.segmentMs
    demand += own
    if (person.willing) {
      usableUplink += Math.min(person.uplink.usableBytesPerSecond, own * options.uploadRatioMax)
    }
    if (player.latencyMs === undefined || person.fault === 'lying') continue
    playing += 1
    bufferMs += player.bufferMs
    bufferMsMin = Math.min(bufferMsMin, player.bufferMs)
    latencyMs += player.latencyMs
    if (player.isStalled) stalled += 1
  }
  let wastedBytes = 0
  let uploadedBytes = 0
  let rescues = 0
  for (const { totals } of everyone) {
    wastedBytes += totals.wastedBytes
    uploadedBytes += totals.uploadedBytes
    rescues += totals.rescues
  }
  const [stream] = world.tracker.stats.streams
  return {
    atMs: simulation.elapsedMs,
    viewers: watchers.size,
    playing,
    stalled,
    cells: Math.max(1, stream?.cells.length ?? 0),
    links: world.network.openLinks,
    bufferMs: bufferMs / Math.max(1, playing),
    latencyMs: latencyMs / Math.max(1, playing),
    bufferMsMin: playing === 0 ? 0 : bufferMsMin,
    cdnBytes: world.cdn.bytesSent,
    deliveredBytes,
    wastedBytes,
    uploadedBytes,
    rescues,
    usableUplink,
    demand,
  }
}
