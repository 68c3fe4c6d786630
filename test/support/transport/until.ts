import type { VirtualClock } from '../swarm/virtual-clock.js'
import { passTime } from './pass-time.js'

/** Waits in real time until something is so. */
export async function untilReal(isSo: () => boolean, timeoutMs = 10_000): Promise<void> {
  const end = performance.now() + timeoutMs
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`waited ${timeoutMs} ms in vain for ${isSo.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** Lets virtual time pass until something is so. */
export async function untilVirtual(
  clock: VirtualClock,
  isSo: () => boolean,
  timeoutMs = 10_000,
): Promise<void> {
  const end = clock.now() + timeoutMs
  while (!isSo()) {
    if (clock.now() > end) throw new Error(`waited ${timeoutMs} virtual ms in vain for ${isSo.toString()}`)
    await passTime(clock, 1)
  }
}
