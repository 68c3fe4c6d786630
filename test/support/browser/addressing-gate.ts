import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'

/** A proxy in front of a tracker, which says of each connection that it comes from another address. */
export interface AddressingGate {
  readonly url: string
  /** The addresses that it named so far. */
  readonly named: readonly string[]
  close(): Promise<void>
}

/** RFC 5737 and RFC 3849: addresses for documentation, which nobody has. */
const addressOf = (number: number): string =>
  number % 2 === 0 ? `203.0.113.${100 + number}` : `2001:db8:${number}::cafe`

export async function openAddressingGate(trackerUrl: string): Promise<AddressingGate> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const named: string[] = []
  server.on('connection', (client, request) => {
    const address = addressOf(named.length)
    named.push(address)
    const headers = { 'X-Forwarded-For': address }
    const tracker = new WebSocket(`${trackerUrl}${request.url ?? '/'}`, { headers })
    const early: string[] = []
    client.on('message', (data: Buffer) => {
      if (tracker.readyState === WebSocket.OPEN) tracker.send(data.toString())
      else early.push(data.toString())
    })
    tracker.on('open', () => early.splice(0).forEach((text) => tracker.send(text)))
    tracker.on('message', (data: Buffer) => client.send(data.toString()))
    for (const [one, other] of [
      [client, tracker],
      [tracker, client],
    ] as const) {
      one.on('error', () => other.terminate())
      one.on('close', () => other.close())
    }
  })
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    named,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const client of server.clients) client.terminate()
      }),
  }
}
