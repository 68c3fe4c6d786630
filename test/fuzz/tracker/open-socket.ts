import { connect, type Socket } from 'node:net'
import { RawClient } from '../../support/tracker/raw-client.js'
import type { FuzzRandom } from './fuzz-random.js'
import type { FuzzContext } from './vandal.js'

/** A connection on which nothing was said. Not being let in is no error: the tracker may have had enough. */
export async function openSocket({ host, port, from, count }: FuzzContext): Promise<Socket> {
  const socket = connect({ host, port, localAddress: from })
  // Answers are read and thrown away, like most that a vandal gets.
  socket.on('error', () => socket.destroy()).resume()
  await new Promise<void>((resolve) => {
    socket.once('connect', resolve).once('close', () => resolve())
  })
  count()
  return socket
}

/** A WebSocket, when the tracker opens one. */
export async function openWebSocket(context: FuzzContext, path = '/'): Promise<RawClient> {
  const { host, port, from, count } = context
  const client = new RawClient({ host, port, path, from })
  await new Promise<void>((resolve) => {
    client.handlers = { answered: () => resolve(), closed: () => resolve() }
  })
  client.handlers = {}
  count()
  return client
}

/** Goes, or stays without reading on or answering a ping: then the tracker must be the one to end it. */
export function leave(client: RawClient, random: FuzzRandom): void {
  if (random.chance(0.8)) client.destroy()
  else client.socket.pause()
}
