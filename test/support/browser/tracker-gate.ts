import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocketServer, WebSocket } from 'ws'

export interface TrackerGate {
  readonly url: string
  /** Connections that members made so far. */
  readonly connections: number
  close(): Promise<void>
}

/** What stands between members and the tracker: texts from either side pass with a delay, in their order. */
export function delayingGate(trackerUrl: string, delayMs: number): Promise<TrackerGate> {
  return openGate((member) => {
    const tracker = new WebSocket(trackerUrl)
    const later = (target: WebSocket) => (data: unknown) =>
      setTimeout(() => {
        if (target.readyState === WebSocket.OPEN) target.send(String(data))
      }, delayMs)
    member.on('message', later(tracker))
    tracker.on('message', later(member))
    tracker.on('error', () => member.terminate())
    tracker.on('close', () => member.close())
    member.on('close', () => tracker.terminate())
  })
}

/** A tracker that answers every message with this one reply. */
export function replyingGate(reply: object): Promise<TrackerGate> {
  return openGate((member) => member.on('message', () => member.send(JSON.stringify(reply))))
}

/** A tracker that takes connections and never says a word. */
export function silentGate(): Promise<TrackerGate> {
  return openGate(() => {})
}

async function openGate(serve: (member: WebSocket) => void): Promise<TrackerGate> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  let connections = 0
  server.on('connection', (member) => {
    connections += 1
    member.on('error', () => member.terminate())
    serve(member)
  })
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const member of server.clients) member.terminate()
      }),
  }
}
