import type { Simulation } from './simulation.js'

/** What must hold in every run, whatever happened; the rules that were broken, in words. */
export function checkRun({ everyone, world }: Simulation): string[] {
  const problems: string[] = []
  let corrupt = 0
  let given = 0
  let taken = 0
  const faults: unknown[] = []
  for (const { corrupt: wrong, totals, faults: bugs } of everyone) {
    corrupt += wrong
    given += totals.uploadedBytes
    taken += totals.peerBytes + totals.wastedPeerBytes
    faults.push(...bugs)
  }
  if (corrupt > 0) problems.push(`${corrupt} segments held wrong bytes`)
  for (const fault of faults.slice(0, 3)) {
    problems.push(
      `an engine failed: ${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}`,
    )
  }
  const { sentBytes, arrivedBytes } = world.network.books
  // A block that was asked for and given up is on its way still when a link has gone; so the links' books stand between.
  if (given < sentBytes) problems.push(`links carried ${sentBytes} bytes of blocks, and ${given} were given`)
  if (taken > arrivedBytes) problems.push(`${taken} bytes were taken, and ${arrivedBytes} arrived`)
  if (world.cdn.active > 0) problems.push(`${world.cdn.active} requests to the CDN outlived everyone`)
  return problems
}
