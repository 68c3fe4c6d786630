import type { LinkListener } from '../../../client-sdk/src/ports/link.js'
import type { VirtualClock } from './virtual-clock.js'

/** Hands one frame to whoever listens at the end of a link. */
export type Arrival = (listener: LinkListener) => void

/** The end of a link to which a frame comes. */
export interface ReceivingEnd {
  /** Undefined while nobody listens, and once the end has closed. */
  readonly hears: LinkListener | undefined
}

/** A golden part of one: members take what came at moments that lie far apart. */
const phaseStep = 0.618_034

/**
 * What comes to one member, over all its links, in order of each link. It is taken a few times in a row rather than frame by
 * frame, as a busy page does: one timer, and one look at the member's memory, for some frames.
 */
export class VirtualInbox {
  private static phaseOf = new WeakMap<VirtualClock, number>()
  private readonly phaseMs: number
  private readonly batches = new Map<
    number,
    { readonly ends: ReceivingEnd[]; readonly arrivals: Arrival[] }
  >()

  /** What has come is taken this often: so much, at most, is added to a frame's delay, and half of it on average. */
  constructor(
    private readonly clock: VirtualClock,
    private readonly everyMs: number,
  ) {
    const phase = ((VirtualInbox.phaseOf.get(clock) ?? 0) + phaseStep) % 1
    VirtualInbox.phaseOf.set(clock, phase)
    this.phaseMs = phase * this.everyMs
  }

  /** A frame comes to this end at this time. Frames of one link are put in their order. */
  put(at: number, end: ReceivingEnd, arrival: Arrival): void {
    const turn = Math.ceil((at - this.phaseMs) / this.everyMs)
    let batch = this.batches.get(turn)
    if (batch === undefined) {
      batch = { ends: [], arrivals: [] }
      this.batches.set(turn, batch)
      this.clock.wake(turn * this.everyMs + this.phaseMs, () => this.take(turn))
    }
    batch.ends.push(end)
    batch.arrivals.push(arrival)
  }

  private take(turn: number): void {
    const batch = this.batches.get(turn)
    if (batch === undefined) return
    this.batches.delete(turn)
    const { ends, arrivals } = batch
    for (let index = 0; index < ends.length; index += 1) {
      const listener = ends[index]?.hears
      if (listener !== undefined) arrivals[index]?.(listener)
    }
  }
}
