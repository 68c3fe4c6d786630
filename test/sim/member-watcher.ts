import { linkWithoutWire } from './link-without-wire.js'
import { resolveOptions } from '../../client-sdk/src/options.js'
import { QuietStart } from '../../client-sdk/src/quiet-start.js'
import { TrackerSwarm } from '../../client-sdk/src/tracker-swarm.js'
import type { CdnPort } from '../../client-sdk/src/ports/cdn.js'
import type { Clock } from '../../client-sdk/src/ports/clock.js'
import type { EngineTotals } from '../../client-sdk/src/engine/ledger.js'
import type { StreamId } from '../../protocol/ids.js'
import type { HashList, SegmentDigest } from '../../protocol/segment-digest.js'
import type { Actor } from '../support/swarm/timer-group.js'
import { VirtualInbox } from '../support/swarm/virtual-inbox.js'
import { VirtualUplink } from '../support/swarm/virtual-uplink.js'
import { VirtualViewer } from '../support/swarm/virtual-viewer.js'
import { sha256 } from '../support/sha256.js'
import { HiddenTabClock } from './hidden-tab-clock.js'
import type { Person } from './person.js'
import type { VirtualSocket } from './virtual-tracker.js'
import type { DeliveryListener, Watcher } from './watcher.js'
import { renditionOf, type World } from './world.js'

/** Digests come past the tracker's client, which checks signatures when the event loop turns: virtual time does not wait. */
const config = resolveOptions({ tracker: 'wss://tracker.example', integrity: 'off' })
const stream = 'simulated' as StreamId

/** A liar's CDN: the claims are heard, and nothing comes. */
const deafCdn: CdnPort = { fetch: () => ({ abort: () => {} }) }

/** A viewer with Prismesh: the SDK's engine, driver, tracker client, neighbourhood and start-up rule, put together as a session does. */
export class MemberWatcher implements Watcher {
  readonly actor: Actor
  private readonly viewer: VirtualViewer
  private readonly timers: Clock
  private swarm: TrackerSwarm | undefined
  private quietStart: QuietStart | undefined
  private socket: VirtualSocket | undefined
  private cancelReport: () => void = () => {}
  private state: 'new' | 'watching' | 'gone' = 'new'

  constructor(
    readonly person: Person,
    private readonly world: World,
    delivered: DeliveryListener,
  ) {
    const { clock, cdn, stream: live } = world
    this.actor = clock.actor
    this.timers = person.hidden ? new HiddenTabClock(clock, person.random() * 1000) : clock
    this.viewer = new VirtualViewer(
      {
        member: person.member,
        rendition: renditionOf(world, person.rendition),
        uploadBytesPerSecondMax: person.willing ? config.uploadBytesPerSecondMax : 0,
        cacheBytesMax: Math.min(config.cacheBytesMax, world.cacheBytesMax),
        ...(world.integrity === 'required' ? { integrity: { sha256 } } : {}),
        uploadLimits: {
          bytesMax: config.uploadBytesMax,
          ratioMax: world.uploadRatioMax,
          uploadedBefore: 0,
          watchedBefore: 0,
        },
      },
      {
        clock,
        timers: this.timers,
        cdn,
        stream: live,
        uplink: new VirtualUplink(clock, person.uplink.usableBytesPerSecond),
        inbox: new VirtualInbox(clock, world.network.paths.inboxMs),
        ...(person.fault === 'lying' ? { engineCdn: deafCdn } : {}),
      },
    )
    this.viewer.onDelivered = (segment) => {
      // Thousands of viewers: only the newest is kept.
      this.viewer.delivered.length = 0
      this.quietStart?.segmentDelivered()
      delivered(this, segment)
    }
  }

  get player() {
    return this.viewer.player
  }

  get totals(): EngineTotals {
    return this.viewer.driver.totals
  }

  get links(): number {
    return this.viewer.driver.links
  }

  get corrupt(): number {
    return this.viewer.corrupt
  }

  get faults(): readonly unknown[] {
    return this.viewer.faults
  }

  get uplinkQueueMsMax(): number {
    return this.viewer.uplink.queueMsMax
  }

  get uplinkQueueBytesMax(): number {
    return this.viewer.uplink.queueBytesMax
  }

  start(): void {
    const { person, world, timers } = this
    const { driver } = this.viewer
    this.state = 'watching'
    driver.tell({ kind: 'company-expected' })
    this.quietStart = new QuietStart(timers, {
      segmentCame: () => this.swarm?.open(),
      over: () => this.swarm?.start(),
    })
    this.swarm = new TrackerSwarm(
      { config, self: person.member, stream, uploads: person.willing },
      {
        phaseChanged: (phase) => {
          if (phase === 'joined') world.greet(this, this.player.rendition)
        },
        policyChanged: () => {},
        rosterChanged: (members) => this.viewer.roster(members),
        linkOpened: (link) => void driver.addLink(link),
        linkClosed: () => {},
        linkFailed: () => {},
        reportsWanted: (intervalMs) => this.reportEvery(intervalMs),
        tokenFailed: () => {},
        digestsExpected: (expected) => driver.tell({ kind: 'digests-expected', expected }),
        edgeTold: () => {},
        digestTold: (digest, hashes) =>
          driver.tell({ kind: 'digest-told', digest, ...(hashes === undefined ? {} : { hashes }) }),
        trackerWarned: (code, detail) => {
          if (code === 'reply-malformed' || code === 'malformed') throw new Error(`the tracker: ${detail}`)
        },
      },
      {
        clock: timers,
        random: person.random,
        checkSignature: () => Promise.resolve(undefined),
        sockets: {
          connect: (url, listener) => (this.socket = world.tracker.connect(url, listener)),
        },
        openLink: linkWithoutWire,
        connector: world.network.connectorOf({
          person,
          uplink: this.viewer.uplink,
          inbox: this.viewer.inbox,
        }),
      },
    )
    this.swarm.update({ rendition: this.player.rendition })
    this.viewer.start()
  }

  tellDigest(digest: SegmentDigest, hashes: HashList | undefined): void {
    this.world.clock.as(this.actor, () => this.viewer.tellDigest(digest, hashes))
  }

  switchTo(index: number): void {
    if (this.state !== 'watching') return
    const rendition = renditionOf(this.world, index)
    this.viewer.switchTo(rendition)
    this.swarm?.update({ rendition })
    const { clock, network, greet } = this.world
    clock.wake(clock.now() + 2 * network.paths.trackerMs, () => {
      if (this.state === 'watching' && this.player.rendition === rendition) greet(this, rendition)
    })
  }

  leave(): void {
    if (this.state === 'gone') return
    this.state = 'gone'
    if (this.person.vanishes) {
      this.world.network.vanish(this.person.member)
      this.socket?.vanish()
    }
    this.cancelReport()
    this.quietStart?.close()
    this.viewer.stop()
    this.swarm?.close('closed')
  }

  private reportEvery(intervalMs: number): void {
    this.cancelReport()
    this.cancelReport = this.timers.wake(this.timers.now() + intervalMs, () => {
      this.swarm?.report(this.totals, this.links, { stalls: 0, latencyMs: undefined }, undefined)
      this.reportEvery(intervalMs)
    })
  }
}
