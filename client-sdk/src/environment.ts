import { BatteryWatch } from './battery-watch.js'
import type { ConnectionInfo, Device } from './device.js'
import type { Logger } from './logger.js'

/** Hears of changes around the page. */
export interface EnvironmentListener {
  /** The device is on another network or saves data, its battery is another, or the page was hidden or shown. */
  deviceChanged(): void
  /** The device is online again, or the page came back from a sleep. */
  networkReturned(): void
  /** The viewer left the page, for good. */
  pageLeft(): void
}

/** What the SDK knows of the browser around it; tests give one of their own. */
export interface Environment extends Device {
  /** The query of the page's URL, with its question mark. */
  readonly search: string
  readonly webrtc: 'available' | 'missing'
  readonly console: Logger
  /** Returns what takes every subscription back. The battery is asked for only where it matters. */
  watch(listener: EnvironmentListener, asks: { readonly battery: boolean }): () => void
}

const battery = new BatteryWatch()

/** The browser that runs this script. Reads everything anew, and touches nothing that may be missing. */
export const browserEnvironment: Environment = {
  get search() {
    return globalThis.location?.search ?? ''
  },
  get webrtc() {
    return typeof globalThis.RTCPeerConnection === 'function' ? 'available' : 'missing'
  },
  get console() {
    return globalThis.console
  },
  get connection() {
    return networkInformation()
  },
  get battery() {
    return battery.info
  },
  get page() {
    return globalThis.document?.visibilityState === 'hidden' ? 'hidden' : 'visible'
  },
  watch(listener, asks) {
    const deviceChanged = (): void => listener.deviceChanged()
    const networkReturned = (): void => listener.networkReturned()
    // A page that the browser keeps, to come back to, may go on; one that it does not keep says goodbye.
    const pageHidden = (event: Event): void => {
      if (!(event as PageTransitionEvent).persisted) listener.pageLeft()
    }
    const subscriptions: readonly (readonly [EventTarget | undefined, string, (event: Event) => void])[] = [
      [networkInformation(), 'change', deviceChanged],
      [globalThis.document, 'visibilitychange', deviceChanged],
      [globalThis.window, 'online', networkReturned],
      [globalThis.window, 'pageshow', networkReturned],
      [globalThis.window, 'pagehide', pageHidden],
      [globalThis.document, 'resume', networkReturned],
    ]
    for (const [target, event, handler] of subscriptions) target?.addEventListener(event, handler)
    const stopBattery = asks.battery ? battery.start(deviceChanged) : () => {}
    return () => {
      stopBattery()
      for (const [target, event, handler] of subscriptions) target?.removeEventListener(event, handler)
    }
  },
}

function networkInformation(): (ConnectionInfo & EventTarget) | undefined {
  return (globalThis.navigator as { connection?: ConnectionInfo & EventTarget } | undefined)?.connection
}
