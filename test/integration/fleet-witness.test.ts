import assert from 'node:assert/strict'
import { createOrigin, type Origin } from '../../demo/origin/create-origin.js'
import type { RenditionId, StreamId } from '../../protocol/ids.js'
import { readHlsPlaylist } from '../../tracker/src/core/hls-playlist.js'
import { startTracker, type RunningTracker } from '../../tracker/src/index.js'
import { Broker } from '../support/fleet/broker.js'
import { eventually } from '../support/fleet/fleet-rig.js'
import { witnessOf } from '../support/witness-of-origin.js'
import { TrackerClient } from './tracker-client.js'

/** A viewer of one of the processes, and what it was told digests of. */
interface Viewer {
  readonly tracker: RunningTracker
  readonly client: TrackerClient
  readonly told: Set<number>
}

describe('three trackers that witness the same stream', function () {
  this.timeout(90_000)
  let broker: Broker
  let origin: Origin
  let viewers: Viewer[]

  before(async () => {
    viewers = []
    broker = await Broker.start('nats')
    origin = await createOrigin({ oneRendition: true })
    // All of them see a segment before the first has it.
    origin.setFaults({ latencyMs: 400 })
  })
  after(async () => {
    for (const { client } of viewers) client.socket.terminate()
    await Promise.all(viewers.map(({ tracker }) => tracker.close()))
    await origin.close()
    await broker.close()
  })

  async function start(): Promise<RunningTracker> {
    return startTracker({
      host: '127.0.0.1',
      port: 0,
      quiet: true,
      open: true,
      cluster: broker.url,
      clusterHeartbeatMs: 500,
      secret: 'the same for all of these trackers',
      ...witnessOf(origin.streamUrl),
    })
  }

  async function watch(number: number, tracker: RunningTracker): Promise<void> {
    const { client } = await TrackerClient.join(tracker.url, number, await onlyRendition(origin.streamUrl))
    const told = new Set<number>()
    viewers.push({ tracker, client, told })
    void (async () => {
      for (;;) {
        for (const { segment } of (await client.next('digests')).digests) told.add(segment.sequence)
      }
    })()
  }

  const requestsFor = (sequence: number) =>
    origin.stats().segments.find((segment) => segment.sequence === sequence)?.witnessRequests
  const newest = () => Math.max(...origin.stats().segments.map(({ sequence }) => sequence))

  /**
   * Of the segments that come now, after the first two, in which it shows who witnesses. A process whose heartbeats are late,
   * on a machine that stood still, is stepped in for: then it is the next segment that is fetched once.
   */
  async function assertFetchedOnce(): Promise<void> {
    const first = newest() + 3
    const isToldToAll = (sequence: number) => viewers.every(({ told }) => told.has(sequence))
    const checked = () => Array.from({ length: newest() - first }, (_, index) => first + index)
    await eventually(
      // Once the segment after it is told as well, nobody fetches it any more.
      () => checked().some((it) => isToldToAll(it) && isToldToAll(it + 1) && requestsFor(it) === 1),
      () => `with ${viewers.length} processes: fetched ${checked().map(requestsFor).join(', ')} times`,
    )
  }

  it('fetch each segment once for all of them, also when one after the other stops', async () => {
    const trackers = await Promise.all([start(), start(), start()])
    await eventually(
      () => trackers.every((tracker) => tracker.stats().fleet?.processes.length === 2),
      () => 'they know each other',
    )
    for (const [index, tracker] of trackers.entries()) await watch(index + 1, tracker)
    await eventually(
      () => viewers.every(({ told }) => told.size > 0),
      () => 'all are told digests',
    )
    await assertFetchedOnce()
    while (viewers.length > 1) {
      await viewers.shift()?.tracker.close()
      await assertFetchedOnce()
    }
  })
})

async function onlyRendition(streamUrl: string): Promise<{ stream: StreamId; rendition: RenditionId }> {
  const { host, pathname } = new URL(streamUrl)
  const master = readHlsPlaylist(await (await fetch(streamUrl)).text())
  assert.ok(master?.kind === 'multivariant' && master.renditions[0])
  return { stream: (host + pathname) as StreamId, rendition: master.renditions[0].rendition }
}
