import type { MemberId, RenditionId } from '../../protocol/ids.js'
import { LiveStream, readSegmentUrl } from '../support/swarm/live-stream.js'
import { seededRandom } from '../support/swarm/seeded-random.js'
import { VirtualCdn } from '../support/swarm/virtual-cdn.js'
import { sha256 } from '../support/sha256.js'
import type { TimerGroup } from '../support/swarm/timer-group.js'
import { VirtualClock } from '../support/swarm/virtual-clock.js'
import { VirtualWitness } from '../support/swarm/virtual-witness.js'
import { MemberWatcher } from './member-watcher.js'
import { pathProfiles } from './path-profile.js'
import { drawPerson } from './person.js'
import { PlainWatcher } from './plain-watcher.js'
import type { SimOptions, Trouble } from './sim-options.js'
import { VirtualNetwork } from './virtual-network.js'
import { VirtualTracker } from './virtual-tracker.js'
import type { DeliveryListener, Watcher } from './watcher.js'
import type { World } from './world.js'

/** After the last arrival: links have been made, and caches are warm. */
export const warmUpMs = 15_000

/** From a segment's birth to its digest at the members: a look, a fetch, a hash, and the way to them. */
const witnessDelayMs = 300

/**
 * Segments that members keep beyond those in the playlist, where there are more of them than a cell holds. Nobody asks for older
 * ones, and what all would keep of them in a minute takes twice the memory of everything else.
 */
const keptBeyondWindow = 2

/** Each rendition has half the bit rate of the one before. */
const renditionStep = 0.5

/** A live event and the people who watch it, in virtual time, all drawn from one seed. */
export class Simulation {
  readonly world: World
  /** Those there now. */
  readonly watchers = new Set<Watcher>()
  /** Those there now or before. */
  readonly everyone: Watcher[] = []
  /** When the first viewer may come: a full window of segments has been born. */
  readonly opensAt: number
  delivered: DeliveryListener = () => {}
  private readonly random
  /** Those whose timers fire in one order of time: a group for each cell. */
  private readonly groups = new Map<number, TimerGroup>()
  private readonly witnesses: ReadonlyMap<RenditionId, VirtualWitness>

  constructor(readonly options: SimOptions) {
    const { seed, segmentMs, windowSegments } = options
    this.opensAt = segmentMs * (windowSegments + 1)
    this.random = seededRandom(seed)
    const paths = pathProfiles[options.paths]
    // What cells do to each other goes through the tracker, there and back.
    const hasCells = options.p2p && options.viewers > options.cellMembersMax
    const clock = new VirtualClock(hasCells ? 2 * paths.trackerMs : Number.POSITIVE_INFINITY)
    this.world = {
      integrity: options.integrity,
      clock,
      stream: new LiveStream(segmentMs, windowSegments),
      cdn: new VirtualCdn(clock, this.cdnShape()),
      network: new VirtualNetwork(clock, this.random, paths, options.codec),
      tracker: new VirtualTracker(clock, this.random, paths, options.cellMembersMax),
      renditions: Array.from({ length: options.renditions }, (_, index) => `v-${index}` as RenditionId),
      greet: (reader, rendition) => this.witnesses.get(rendition)?.greet(reader),
      cacheBytesMax: hasCells
        ? (windowSegments + keptBeyondWindow) * bestSegmentBytes(options)
        : Number.POSITIVE_INFINITY,
      uploadRatioMax: options.uploadRatioMax,
    }
    const witnessed = options.p2p && options.integrity === 'required' ? this.world.renditions : []
    this.witnesses = new Map(witnessed.map((rendition) => [rendition, this.witnessOf(rendition)]))
    for (let index = 0; index < options.viewers; index += 1) this.expect(index)
    for (const trouble of options.trouble) this.plan(trouble)
    if (options.replaceMs !== undefined) this.replaceLater(options.arrivalMs + warmUpMs, options.replaceMs)
  }

  get now(): number {
    return this.world.clock.now()
  }

  /** Time since the first viewer could come, in ms. */
  get elapsedMs(): number {
    return this.now - this.opensAt
  }

  /** Runs up to so many ms after the first viewer could come. For speed alone it makes a difference that this is done in steps. */
  runTo(elapsedMs: number): void {
    if (this.world.clock.hasTurns) this.group()
    this.world.clock.runUntil(this.opensAt + elapsedMs)
  }

  /** Everyone leaves. */
  close(): void {
    for (const watcher of this.watchers) this.leave(watcher)
    this.watchers.clear()
    for (const witness of this.witnesses.values()) witness.stop()
  }

  segmentBytes(url: string): number {
    const index = Number(readSegmentUrl(url).rendition.slice('v-'.length))
    return Math.round(bestSegmentBytes(this.options) * renditionStep ** index)
  }

  private witnessOf(rendition: RenditionId): VirtualWitness {
    const { clock, cdn, stream } = this.world
    const readers = () => {
      const watching = this.watching()
      return this.world.tracker.cells.map(({ members }) =>
        members.flatMap((member) => {
          const watcher = watching.get(member)
          return watcher?.player.rendition === rendition ? [watcher] : []
        }),
      )
    }
    const shape = { sha256, delayMs: () => witnessDelayMs }
    return new VirtualWitness(shape, { clock, cdn, stream, readers }, rendition).start()
  }

  private watching(): ReadonlyMap<MemberId, Watcher> {
    return new Map([...this.watchers].map((watcher) => [watcher.person.member, watcher]))
  }

  /** Puts those of a cell in a group: who moved to another cell, or just came, is in the wrong one for a moment, and no harm done. */
  private group(): void {
    const { clock, tracker } = this.world
    const watching = this.watching()
    for (const { id, members } of tracker.cells) {
      const group = this.groups.get(id) ?? clock.newGroup()
      this.groups.set(id, group)
      for (const member of members) {
        const watcher = watching.get(member)
        if (watcher !== undefined) clock.move(watcher.actor, group)
      }
    }
  }

  private expect(index: number): void {
    const { arrivesAtMs } = drawPerson(this.options, index)
    this.world.clock.wake(this.opensAt + arrivesAtMs, () => this.arrive(index))
  }

  private arrive(index: number): void {
    const { clock } = this.world
    clock.as(clock.newActor(), () => this.begin(index))
  }

  private begin(index: number): void {
    const { options, world } = this
    const person = drawPerson(options, index)
    const heard: DeliveryListener = (watcher, segment) => this.delivered(watcher, segment)
    const watcher = options.p2p
      ? new MemberWatcher(person, world, heard)
      : new PlainWatcher(person, world, heard)
    this.watchers.add(watcher)
    this.everyone.push(watcher)
    watcher.start()
    if (options.switchMs !== undefined) this.switchLater(watcher, options.switchMs)
    // Who would stay beyond the end leaves with everyone else.
    if (this.elapsedMs + person.staysMs > options.runMs) return
    world.clock.wake(this.now + person.staysMs, () => {
      if (!this.watchers.delete(watcher)) return
      this.leave(watcher)
      this.arrive(index + options.viewers)
    })
  }

  private leave(watcher: Watcher): void {
    this.world.clock.as(watcher.actor, () => watcher.leave())
  }

  /** The oldest viewer leaves, and another one comes. */
  private replaceLater(atMs: number, everyMs: number): void {
    if (atMs > this.options.runMs) return
    this.world.clock.wake(this.opensAt + atMs, () => {
      const [oldest] = this.watchers
      if (oldest !== undefined) {
        this.watchers.delete(oldest)
        this.leave(oldest)
        this.arrive(oldest.person.index + this.options.viewers)
      }
      this.replaceLater(atMs + everyMs, everyMs)
    })
  }

  private switchLater(watcher: Watcher, switchMs: number): void {
    const { random } = watcher.person
    this.world.clock.wake(this.now + switchMs * (0.5 + random()), () => {
      if (!this.watchers.has(watcher)) return
      watcher.switchTo(Math.floor(random() * this.options.renditions))
      this.switchLater(watcher, switchMs)
    })
  }

  private plan(trouble: Trouble): void {
    const { clock, tracker, network } = this.world
    const from = this.opensAt + trouble.fromMs
    const until = from + trouble.forMs
    if (trouble.kind === 'tracker-down') {
      tracker.fail(from, until)
    } else if (trouble.kind === 'partition') {
      const { share } = trouble
      clock.wake(from, () => network.partition((a, b) => a.side < share !== b.side < share, until))
      clock.wake(until, () => network.heal())
    }
  }

  private cdnShape() {
    const { options } = this
    const during = <Kind extends Trouble['kind']>(kind: Kind, now: number) =>
      options.trouble.find(
        (trouble): trouble is Extract<Trouble, { kind: Kind }> =>
          trouble.kind === kind &&
          now >= this.opensAt + trouble.fromMs &&
          now < this.opensAt + trouble.fromMs + trouble.forMs,
      )
    return {
      firstByteMs: options.cdnFirstByteMs,
      bytesPerSecond: options.cdnBytesPerSecond,
      segmentBytes: (url: string) => this.segmentBytes(url),
      random: this.random,
      breaksPlaylists: true,
      broken: (now: number) => during('cdn-broken', now) !== undefined,
      rateShare: (now: number) => during('cdn-slow', now)?.rateShare ?? 1,
      truncateShare: (now: number) => during('cdn-truncates', now)?.share ?? 0,
    }
  }
}

function bestSegmentBytes({ bitsPerSecond, segmentMs }: SimOptions): number {
  return (bitsPerSecond * segmentMs) / 8000
}
