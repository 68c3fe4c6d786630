import { loopbackAddress } from '../../support/tracker/raw-client.js'
import { openSocket, openWebSocket } from './open-socket.js'
import type { Vandal } from './vandal.js'

/** Connections at once. Both ends are on this machine, whose processes have few thousand sockets to spare. */
const floodSize = 150

/** A crowd from one address that says nothing, or breaks off. */
export const floodFromOne: Vandal = async (context) => {
  const { random } = context
  await Promise.all(
    Array.from({ length: floodSize }, async () => {
      const socket = await openSocket(context)
      if (random.chance(0.5)) socket.write('GET / HTTP/1.1\r\n')
      await context.pause()
      socket.destroy()
    }),
  )
}

/** A crowd of which each has an address of its own. */
export const floodFromMany: Vandal = async (context) => {
  const { random } = context
  await Promise.all(
    Array.from({ length: floodSize }, async () => {
      const from = loopbackAddress(random.below(60_000))
      const client = await openWebSocket({ ...context, from })
      await context.pause()
      // A reset, a close, or nothing at all until the tracker has had enough.
      if (random.chance(0.3)) client.socket.resetAndDestroy()
      else if (random.chance(0.8)) client.close()
      setTimeout(() => client.destroy(), 5000).unref()
    }),
  )
}

/** A half-open connection: opened, perhaps upgraded, then left without a word. */
export const halfOpen: Vandal = async (context) => {
  if (context.random.chance(0.5)) await openSocket(context)
  else (await openWebSocket(context, context.random.pick(context.webSocketPaths))).socket.pause()
}
