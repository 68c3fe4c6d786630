import { Ledger } from '../../client-sdk/src/engine/ledger.js'
import type { Actor } from '../support/swarm/timer-group.js'
import { VirtualPlayer, type SegmentOrder } from '../support/swarm/virtual-player.js'
import { HiddenTabClock } from './hidden-tab-clock.js'
import type { Person } from './person.js'
import type { DeliveryListener, Watcher } from './watcher.js'
import { renditionOf, type World } from './world.js'

/** A viewer without Prismesh: the same player, and every segment from the CDN. */
export class PlainWatcher implements Watcher {
  readonly player: VirtualPlayer
  readonly actor: Actor
  readonly totals = new Ledger().totals()
  readonly links = 0
  readonly corrupt = 0
  readonly faults = []
  readonly uplinkQueueMsMax = 0
  readonly uplinkQueueBytesMax = 0
  private leadMs = 0
  private abort: () => void = () => {}

  constructor(
    readonly person: Person,
    private readonly world: World,
    private readonly delivered: DeliveryListener,
  ) {
    const { clock, cdn, stream } = world
    this.actor = clock.actor
    this.player = new VirtualPlayer(renditionOf(world, person.rendition), {
      clock,
      timers: person.hidden ? new HiddenTabClock(clock, person.random() * 1000) : clock,
      stream,
      playlistMs: () => cdn.playlistMs,
      playlistSeen: () => {},
      order: (order) => this.order(order),
      appended: (_sequence, leadMs) => (this.leadMs = leadMs),
    })
  }

  tellDigest(): void {}

  start(): void {
    this.player.start()
  }

  switchTo(rendition: number): void {
    this.player.switchTo(renditionOf(this.world, rendition))
  }

  leave(): void {
    this.abort()
    this.player.stop()
  }

  private order(order: SegmentOrder): void {
    const { clock, cdn, stream } = this.world
    const { sequence } = order
    const request = { source: { url: stream.url(order.rendition, sequence) }, from: 0 }
    const { abort } = cdn.fetch(request, {
      started: () => {},
      progressed: () => {},
      ended: () => {
        this.player.loaded(order)
        this.delivered(this, {
          sequence,
          at: clock.now(),
          bornAt: stream.bornAt(sequence),
          leadMs: this.leadMs,
        })
      },
      failed: () => this.player.failed(order),
    })
    this.abort = abort
  }
}
