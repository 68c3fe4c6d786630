import type { MemberId, RenditionId } from '../../../protocol/ids.js'
import type { RosterEntry } from '../../../protocol/member.js'
import { seededRandom } from './seeded-random.js'
import { encodeWireMessage } from '../../../protocol/wire-messages.js'
import { LiveStream, readSegmentUrl } from './live-stream.js'
import { VirtualCdn, type VirtualCdnShape } from './virtual-cdn.js'
import { VirtualClock } from './virtual-clock.js'
import { VirtualInbox } from './virtual-inbox.js'
import { VirtualLink } from './virtual-link.js'
import { VirtualUplink } from './virtual-uplink.js'
import { VirtualWitness, type WitnessShape } from './virtual-witness.js'
import { VirtualViewer } from './virtual-viewer.js'

export interface SwarmShape {
  readonly seed: number
  readonly viewers: number
  readonly segmentMs?: number
  readonly windowSegments?: number
  readonly linkDelayMs?: number
  /** Time within which the viewers arrive, in ms, evenly drawn. */
  readonly arrivalMs?: number
  /** Of every viewer, or of each by its number. */
  readonly uplinkBytesPerSecond?: number | ((index: number) => number)
  readonly cdn: VirtualCdnShape
  /** Present: members check blocks against the digests of this witness. */
  readonly witness?: WitnessShape
  /** Whether this viewer changes a byte of every block that it sends. */
  readonly changesBlocks?: (index: number) => boolean
}

export const rendition = 'video-main' as RenditionId

/** Length, type and extension id before a prism message in its frame. */
const extendedHeadBytes = 6

/** A page takes what has come so often. */
const inboxMs = 1

/** When the first viewer may come: late enough for a full window to have been born. */
const openingMs = 20_000

/** Viewers of one live stream, each linked to each, with one CDN, in virtual time and from one seed. */
export class VirtualSwarm {
  readonly clock = new VirtualClock()
  readonly cdn: VirtualCdn
  /** Viewers there now. */
  readonly viewers: VirtualViewer[] = []
  /** Viewers there now or before. */
  readonly everyone: VirtualViewer[] = []
  readonly links: VirtualLink[] = []
  /** Bytes of the messages about digests that members sent each other. */
  digestBytes = 0
  readonly witness: VirtualWitness | undefined
  private readonly polluters = new Set<MemberId>()
  private readonly random
  private readonly stream: LiveStream

  constructor(private readonly shape: SwarmShape) {
    this.stream = new LiveStream(shape.segmentMs ?? 2000, shape.windowSegments ?? 6)
    this.random = seededRandom(shape.seed)
    this.cdn = new VirtualCdn(this.clock, { random: this.random, ...shape.cdn })
    const { clock, cdn, stream } = this
    const readers = () => [this.viewers]
    this.witness =
      shape.witness && new VirtualWitness(shape.witness, { clock, cdn, stream, readers }, rendition).start()
    for (let index = 0; index < shape.viewers; index += 1) {
      const arrival = openingMs + this.random() * (shape.arrivalMs ?? 10_000)
      this.clock.wake(arrival, () => this.join(index))
    }
  }

  get now(): number {
    return this.clock.now()
  }

  run(ms: number): this {
    this.clock.runUntil(this.clock.now() + ms)
    return this
  }

  leave(viewer: VirtualViewer): void {
    viewer.stop()
    this.viewers.splice(this.viewers.indexOf(viewer), 1)
    this.tellRosters()
  }

  /** A viewer arrives now and links to everyone there. */
  join(index: number): VirtualViewer {
    const { uplinkBytesPerSecond = Number.POSITIVE_INFINITY } = this.shape
    const member = index.toString(16).padStart(40, '0') as MemberId
    const bytesPerSecond =
      typeof uplinkBytesPerSecond === 'number' ? uplinkBytesPerSecond : uplinkBytesPerSecond(index)
    const { clock, cdn, stream } = this
    const uplink = new VirtualUplink(clock, bytesPerSecond)
    const viewer = new VirtualViewer(
      {
        member,
        rendition,
        uploadBytesPerSecondMax: Number.POSITIVE_INFINITY,
        ...(this.shape.witness ? { integrity: this.shape.witness } : {}),
      },
      { clock, cdn, stream, uplink, inbox: new VirtualInbox(clock, inboxMs) },
    )
    if (this.shape.changesBlocks?.(index) === true) this.polluters.add(member)
    for (const other of this.viewers) this.link(viewer, other)
    this.viewers.push(viewer)
    this.everyone.push(viewer)
    this.tellRosters()
    viewer.start()
    return viewer
  }

  /** Copies per segment that the CDN sent, averaged over segments born in this span of virtual time. */
  copies(fromMs: number, untilMs: number): number {
    let copies = 0
    let segments = 0
    for (const [url, sent] of this.cdn.bytesByUrl) {
      const bornAt = this.stream.bornAt(readSegmentUrl(url).sequence)
      if (bornAt < fromMs || bornAt >= untilMs) continue
      copies += sent / this.cdn.bodies.lengthOf(url)
      segments += 1
    }
    return segments === 0 ? Number.NaN : copies / segments
  }

  private link(viewer: VirtualViewer, other: VirtualViewer): void {
    const setUpMs = 500
    const path = { delayMs: this.shape.linkDelayMs ?? 30 }
    const end = ({ member, uplink, inbox }: VirtualViewer) => ({
      member,
      uplink,
      inbox,
      changesBlocks: this.polluters.has(member),
    })
    const [atViewer, atOther] = VirtualLink.pair(this.clock, end(viewer), end(other), path)
    this.links.push(atViewer, atOther)
    for (const link of [atViewer, atOther]) this.countDigests(link)
    this.clock.wake(this.clock.now() + setUpMs, () => {
      viewer.driver.addLink(atViewer)
      other.driver.addLink(atOther)
    })
  }

  private countDigests(link: VirtualLink): void {
    const send = link.sendMessage.bind(link)
    link.sendMessage = (message) => {
      if (message.kind.startsWith('digest')) {
        this.digestBytes += encodeWireMessage(message).length + extendedHeadBytes
      }
      send(message)
    }
  }

  private tellRosters(): void {
    for (const viewer of this.viewers) {
      const others = this.viewers.filter((other) => other !== viewer)
      viewer.roster(
        others.map(({ member }): RosterEntry => ({ member, role: 'viewer', uploads: true, rendition })),
      )
    }
  }
}
