import type { VirtualClock } from '../swarm/virtual-clock.js'

/** Lets everything run that waits for the end of the turn, streams and promises included. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 3; round += 1) await new Promise<void>((resolve) => setImmediate(resolve))
}

/** Lets virtual time pass in steps, with everything settled between them. */
export async function passTime(
  clock: VirtualClock,
  ms: number,
  stepMs = Math.max(1, ms / 50),
): Promise<void> {
  const end = clock.now() + ms
  await settle()
  while (clock.now() < end) {
    clock.runUntil(Math.min(end, clock.now() + stepMs))
    await settle()
  }
}
