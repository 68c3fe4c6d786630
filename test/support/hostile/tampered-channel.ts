import type { Channel } from '../../../client-sdk/src/ports/channel.js'
import type { Conduct } from './stranger.js'

/** Channel messages of an honest opening, after which those who begin later begin. */
const openingMessages = 4

/** A channel that carries something else than what it was given, where that is the stranger's conduct. */
export function tampered(conduct: Conduct, channel: Channel): Channel {
  const change = changes[conduct]
  if (change === undefined) return channel
  const honestMessages = conduct === 'garbage-first' || conduct === 'speechless' ? 0 : openingMessages
  let sent = 0
  return {
    get bufferedBytes() {
      return channel.bufferedBytes
    },
    send(bytes) {
      sent += 1
      if (sent > honestMessages) for (const other of change()) channel.send(other)
      else channel.send(bytes)
    },
    listen: (listener) => channel.listen(listener),
    close: () => channel.close(),
  }
}

const changes: Partial<Record<Conduct, () => Uint8Array[]>> = {
  'garbage-first': () => [noise(4096)],
  speechless: () => [],
  'garbage-later': () => [noise(4096)],
  // A piece (7) of 2 GiB less one byte.
  'giant-frame': () => [Uint8Array.of(0x7f, 0xff, 0xff, 0xff, 7), new Uint8Array(60_000)],
  'tiny-frames': () => Array.from({ length: 5000 }, () => new Uint8Array(1)),
}

function noise(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length))
}
