import type { BatteryInfo } from './device.js'

type BatteryManager = BatteryInfo & EventTarget

const events = ['levelchange', 'chargingchange'] as const

/** Reads the battery where the browser tells of it, which Chromium does and only by way of a promise. */
export class BatteryWatch {
  private battery: BatteryManager | undefined

  /** Undefined where the browser does not tell, or has not told yet. */
  get info(): BatteryInfo | undefined {
    return this.battery
  }

  /** Calls `changed` once the battery is known, and at each change; returns what takes that back. */
  start(changed: () => void): () => void {
    let stopped = false
    const { navigator } = globalThis as { readonly navigator?: { getBattery?(): Promise<BatteryManager> } }
    const known = (battery: BatteryManager): void => {
      this.battery = battery
      if (stopped) return
      for (const event of events) battery.addEventListener(event, changed)
      changed()
    }
    // A permissions policy may refuse it: then nobody knows, as in other browsers.
    void asked(navigator)?.then(known, () => {})
    return () => {
      stopped = true
      for (const event of events) this.battery?.removeEventListener(event, changed)
    }
  }
}

function asked(
  navigator: { getBattery?(): Promise<BatteryManager> } | undefined,
): Promise<BatteryManager> | undefined {
  try {
    return navigator?.getBattery?.()
  } catch {
    return undefined
  }
}
