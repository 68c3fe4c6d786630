import type { OriginOptions } from '../../../demo/origin/origin-options.js'
import { noFaults } from '../../../demo/origin/faults/fault-settings.js'
import { Rig, type RigOptions } from './rig.js'

/** Time for Chromium, an origin and a tracker to start on a busy machine. */
const startTimeoutMs = 60_000

/**
 * Small pictures padded to a steady rate, so that a loaded machine has little to decode; segments stay available
 * for two minutes, to be compared with what was delivered.
 */
export const paddedOrigin: OriginOptions = { paddedBitsPerSecond: 1_000_000, graceSegments: 60 }

/** Starts a rig before the suite's tests, closes its tabs and heals its origin after each one, and ends it. */
export function useRig(options: RigOptions = {}): { readonly rig: Rig } {
  let rig: Rig | undefined
  before(async function () {
    this.timeout(startTimeoutMs)
    rig = await Rig.start({ origin: paddedOrigin, ...options })
  })
  afterEach(async () => {
    rig?.origin.setFaults(noFaults)
    await rig?.closePages()
  })
  after(async () => {
    await rig?.close()
  })
  return {
    get rig() {
      if (rig === undefined) throw new Error('the rig has not started yet')
      return rig
    },
  }
}
