import type { Actor } from './timer-group.js'
import type { VirtualFrame } from './virtual-frame.js'
import type { VirtualClock } from './virtual-clock.js'

/** The end of a link to which frames come. */
export interface ReceivingEnd {
  receive(frame: VirtualFrame): void
}

/** A golden part of one: members take what came at moments that lie far apart. */
const phaseStep = 0.618_034

/**
 * What comes to one member, over all its links, in order of each link. It is taken a few times in a row rather than frame by
 * frame, as a busy page does: one timer, and one look at the member's memory, for some frames.
 */
export class VirtualInbox {
  /** Who takes what comes. */
  readonly actor: Actor
  private static phaseOf = new WeakMap<VirtualClock, number>()
  private readonly phaseMs: number
  /** What is taken at each turn: ends of links and frames, by turns. */
  private readonly batches = new Map<number, (ReceivingEnd | VirtualFrame)[]>()

  /** What has come is taken this often: so much, at most, is added to a frame's delay, and half of it on average. */
  constructor(
    private readonly clock: VirtualClock,
    private readonly everyMs: number,
  ) {
    this.actor = clock.actor
    const phase = ((VirtualInbox.phaseOf.get(clock) ?? 0) + phaseStep) % 1
    VirtualInbox.phaseOf.set(clock, phase)
    this.phaseMs = phase * this.everyMs
  }

  /** A frame comes to this end at this time. Frames of one link are put in their order. */
  put(at: number, end: ReceivingEnd, frame: VirtualFrame): void {
    const turn = Math.ceil((at - this.phaseMs) / this.everyMs)
    const batch = this.batches.get(turn)
    if (batch !== undefined) {
      batch.push(end, frame)
      return
    }
    this.batches.set(turn, [end, frame])
    this.clock.call(turn * this.everyMs + this.phaseMs, () => this.take(turn), this.actor)
  }

  private take(turn: number): void {
    const batch = this.batches.get(turn) ?? []
    this.batches.delete(turn)
    for (let index = 0; index < batch.length; index += 2) {
      const end = batch[index] as ReceivingEnd
      end.receive(batch[index + 1] as VirtualFrame)
    }
  }
}
