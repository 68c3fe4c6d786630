import type { Page } from 'playwright'

/** What a page holds of the browser. Timers and listeners are those of the whole page, hls.js's too. */
export interface PageResources {
  readonly peerConnectionsMade: number
  readonly peerConnectionsOpen: number
  readonly socketsMade: number
  readonly socketsOpen: number
  readonly timers: number
  /** On window, document and the network information. */
  readonly listeners: readonly string[]
}

interface ResourceWindow {
  readonly countedResources: () => PageResources
}

export function resourcesOf(page: Page): Promise<PageResources> {
  return page.evaluate(() => (window as unknown as ResourceWindow).countedResources())
}

/** An init script: wraps what the SDK could leave behind. */
export function countResources(): void {
  const peers: RTCPeerConnection[] = []
  const sockets: WebSocket[] = []
  const remembering = <Made extends object>(target: new (...args: never[]) => Made, made: Made[]) =>
    new Proxy(target, {
      construct(original, args: never[]) {
        const created = new original(...args)
        made.push(created)
        return created
      },
    })
  window.RTCPeerConnection = remembering(window.RTCPeerConnection, peers) as typeof RTCPeerConnection
  window.WebSocket = remembering(window.WebSocket, sockets) as typeof WebSocket

  const timers = new Set<number>()
  const { setTimeout, setInterval, clearTimeout, clearInterval } = window
  const fired = (handler: TimerHandler, args: unknown[]) => {
    if (typeof handler === 'function') (handler as (...values: unknown[]) => void)(...args)
  }
  Object.assign(window, {
    setTimeout: (handler: TimerHandler, delay?: number, ...args: unknown[]) => {
      const id = setTimeout(() => {
        timers.delete(id)
        fired(handler, args)
      }, delay)
      timers.add(id)
      return id
    },
    setInterval: (handler: TimerHandler, delay?: number, ...args: unknown[]) => {
      const id = setInterval(() => fired(handler, args), delay)
      timers.add(id)
      return id
    },
    clearTimeout: (id: number) => {
      timers.delete(id)
      clearTimeout(id)
    },
    clearInterval: (id: number) => {
      timers.delete(id)
      clearInterval(id)
    },
  })

  const { connection } = navigator as { connection?: EventTarget }
  const names = new Map<unknown, string>([
    [window, 'window'],
    [document, 'document'],
    [connection, 'connection'],
  ])
  const listeners = new Map<unknown, Map<string, Set<unknown>>>()
  const setOf = (target: unknown, type: string): Set<unknown> => {
    const byType = listeners.get(target) ?? new Map<string, Set<unknown>>()
    listeners.set(target, byType)
    const set = byType.get(type) ?? new Set()
    byType.set(type, set)
    return set
  }
  const { addEventListener, removeEventListener } = EventTarget.prototype
  EventTarget.prototype.addEventListener = function (...args: Parameters<typeof addEventListener>) {
    if (names.has(this ?? window)) setOf(this ?? window, args[0]).add(args[1])
    addEventListener.apply(this, args)
  }
  EventTarget.prototype.removeEventListener = function (...args: Parameters<typeof removeEventListener>) {
    if (names.has(this ?? window)) setOf(this ?? window, args[0]).delete(args[1])
    removeEventListener.apply(this, args)
  }

  Object.assign(window, {
    countedResources: (): PageResources => ({
      peerConnectionsMade: peers.length,
      peerConnectionsOpen: peers.filter((peer) => peer.signalingState !== 'closed').length,
      socketsMade: sockets.length,
      socketsOpen: sockets.filter((socket) => socket.readyState < 2).length,
      timers: timers.size,
      listeners: [...listeners].flatMap(([target, byType]) =>
        [...byType].flatMap(([type, set]) =>
          set.size === 0 ? [] : [`${names.get(target)} ${type} ${set.size}`],
        ),
      ),
    }),
  })
}
