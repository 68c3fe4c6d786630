import { highWatermarkBytes } from '../../client-sdk/src/ports/channel.js'
import { linksMax } from '../../protocol/limits.js'
import type { Simulation } from './simulation.js'

/**
 * What may ever wait for an uplink: on each link a send buffer filled to its mark, what one step sends beyond it, and
 * messages, for which 128 KiB are plenty.
 */
const uplinkQueueBytesMax = linksMax * (highWatermarkBytes + 128 * 1024 + 128 * 1024)

/** Everything begun when the last one left is over after so long: a tracker's wait for a silent member is 30 s. */
const restMs = 120_000

/** What must hold in every run, whatever happened; the rules that were broken, in words. Lets everyone leave. */
export function checkRun(simulation: Simulation): string[] {
  const { everyone, world } = simulation
  simulation.close()
  world.clock.runUntil(simulation.now + restMs)
  const problems: string[] = []
  let corrupt = 0
  let given = 0
  let taken = 0
  let queueBytes = 0
  const faults: unknown[] = []
  for (const { corrupt: wrong, totals, faults: bugs, uplinkQueueBytesMax: waited } of everyone) {
    corrupt += wrong
    given += totals.uploadedBytes
    taken += totals.peerBytes + totals.wastedPeerBytes
    faults.push(...bugs)
    queueBytes = Math.max(queueBytes, waited)
  }
  if (corrupt > 0) problems.push(`${corrupt} segments held wrong bytes`)
  for (const fault of faults.slice(0, 3)) {
    problems.push(
      `an engine failed: ${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}`,
    )
  }
  const { sentBytes, arrivedBytes } = world.network.books
  // What is on its way when a link goes is lost, so the links' own books stand between.
  if (given < sentBytes) problems.push(`links carried ${sentBytes} bytes of blocks, and ${given} were given`)
  if (taken > arrivedBytes) problems.push(`${taken} bytes were taken, and ${arrivedBytes} arrived`)
  if (world.cdn.active > 0) problems.push(`${world.cdn.active} requests to the CDN outlived everyone`)
  if (queueBytes > uplinkQueueBytesMax) {
    problems.push(`${Math.round(queueBytes)} bytes waited for one uplink, at most ${uplinkQueueBytesMax} may`)
  }
  if (world.clock.pending > 0) problems.push(`${world.clock.pending} timers outlived everyone`)
  if (world.network.openLinks > 0) problems.push(`${world.network.openLinks} links outlived everyone`)
  return problems
}
