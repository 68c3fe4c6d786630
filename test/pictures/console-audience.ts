import { WebSocket } from 'ws'
import type { RenditionId, StreamId } from '../../protocol/ids.js'
import { encodeTrackerMessage } from '../../protocol/tracker-messages.js'
import { seededRandom } from '../support/swarm/seeded-random.js'
import type { MmdbEntry } from '../support/tracker/mmdb-writer.js'
import { joinRequest } from '../unit/tracker/core-harness.js'

/** Where viewers are, each region with a network of loopback of its own. */
const regions = [
  { country: 'DE', region: 'BY', weight: 5 },
  { country: 'DE', region: 'BE', weight: 4 },
  { country: 'DE', region: 'NW', weight: 4 },
  { country: 'FR', region: 'IDF', weight: 5 },
  { country: 'FR', region: 'ARA', weight: 2 },
  { country: 'GB', region: 'ENG', weight: 4 },
  { country: 'GB', region: 'SCT', weight: 1 },
  { country: 'ES', region: 'MD', weight: 3 },
  { country: 'BR', region: 'SP', weight: 3 },
  { country: 'NL', region: 'NH', weight: 1 },
  { country: 'PT', region: '11', weight: 1 },
] as const

const streams = [
  { stream: 'cdn.example/final/master.m3u8', members: 150, offload: 0.975, bitsPerSecond: 3e6 },
  { stream: 'cdn.example/news-24/master.m3u8', members: 70, offload: 0.91, bitsPerSecond: 2e6 },
  { stream: 'cdn.example/arena/index.m3u8', members: 24, offload: 0.86, bitsPerSecond: 3e6 },
  { stream: 'radio.example/city.m3u8', members: 9, offload: 0.62, bitsPerSecond: 128e3 },
] as const
/** The stream with a policy of its own, and how much its viewers may give. */
export const draining = { stream: streams[3].stream, uploadBytesPerSecondMax: 125_000 }

/** As often as the SDK reports. */
const reportMs = 10_000

/** What a geo database says of the networks that the audience comes from. */
export function geoEntries(): MmdbEntry[] {
  return regions.map(({ country, region }, index) => [
    `127.${index + 10}.0.0/16`,
    { country: { iso_code: country }, subdivisions: [{ iso_code: region }] },
  ])
}

/** Members who come within seconds, report figures like those of viewers, and stay. They play nothing. */
export async function openAudience(url: string): Promise<{ close(): void }> {
  const random = seededRandom(7)
  const pool = regions.flatMap(({ weight }, index) => Array.from({ length: weight }, () => index))
  const sockets: WebSocket[] = []
  const timers: NodeJS.Timeout[] = []
  let number = 0
  for (const { stream, members, offload, bitsPerSecond } of streams) {
    for (let index = 0; index < members; index += 1) {
      number += 1
      const region = pool[Math.floor(random() * pool.length)] ?? 0
      const localAddress = `127.${region + 10}.${Math.floor(random() * 200)}.${1 + Math.floor(random() * 250)}`
      const socket = new WebSocket(url, { localAddress })
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
      sockets.push(socket)
      socket.on('message', () => undefined)
      const join = { stream: stream as StreamId, rendition: 'main' as RenditionId }
      socket.send(encodeTrackerMessage(joinRequest(number, join)))
      const report = reporter(
        socket,
        { offload, bytesPerSecond: bitsPerSecond / 8, joinedAt: performance.now() },
        random,
      )
      timers.push(setTimeout(() => timers.push(setInterval(report, reportMs)), random() * reportMs))
    }
  }
  return {
    close: () => {
      for (const timer of timers) clearInterval(timer)
      for (const socket of sockets) socket.terminate()
    },
  }
}

interface Playing {
  readonly offload: number
  readonly bytesPerSecond: number
  readonly joinedAt: number
}

/** Reports what has come since the join: all figures only grow. */
function reporter(socket: WebSocket, { offload, bytesPerSecond, joinedAt }: Playing, random: () => number) {
  const linksMade = 8 + Math.floor(random() * 16)
  let rescues = 0
  let stalls = 0
  return () => {
    const seconds = (performance.now() - joinedAt) / 1000
    if (random() < 0.05) rescues += 1
    if (random() < 0.0004) stalls += 1
    const total = Math.round(seconds * bytesPerSecond)
    const peerBytes = Math.round(total * offload)
    socket.send(
      encodeTrackerMessage({
        kind: 'report',
        cdnBytes: total - peerBytes,
        peerBytes,
        uploadedBytes: Math.round(peerBytes * (0.6 + random() * 0.01)),
        wastedBytes: Math.round(total * 0.001),
        rescues,
        links: linksMade,
        linksMade,
        linksFailed: { 'connection-failed': Math.floor(linksMade / 12), 'offer-missing': 0 },
        stalls,
        latencyMs: Math.round(5200 + random() * 600),
      }),
    )
  }
}
