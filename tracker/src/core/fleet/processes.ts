import type { Beat, ProcessId, StreamKey } from '../../../../protocol/fleet-messages.js'
import { processesMax } from './fleet-bounds.js'

/** What is known of another process. */
export interface Process {
  readonly id: ProcessId
  readonly url: string | undefined
  readonly room: boolean
  readonly members: number
  readonly streams: number
  readonly totals: Beat['totals']
  /** Members and whether they are many, by stream. */
  readonly parts: ReadonlyMap<StreamKey, { readonly members: number; readonly big: boolean }>
  readonly seenAt: number
  /** Beats heard of it; the first one may come from a process that is about to end. */
  readonly beats: number
  readonly sequence: number
}

/** The other processes that are alive, as far as their beats tell. */
export class Processes {
  private readonly known = new Map<ProcessId, Process>()

  constructor(private readonly expiryMs: number) {}

  get size(): number {
    return this.known.size
  }

  get(id: ProcessId): Process | undefined {
    return this.known.get(id)
  }

  values(): Iterable<Process> {
    return this.known.values()
  }

  ids(): Iterable<ProcessId> {
    return this.known.keys()
  }

  /** False for a beat that is older than one heard before, and for one process too many. */
  hear(now: number, beat: Beat): boolean {
    const before = this.known.get(beat.from)
    if (before ? beat.sequence <= before.sequence : this.known.size >= processesMax) return false
    const { from: id, url, room, members, streams, totals, sequence } = beat
    const parts = new Map(beat.parts.map(([key, count, big]) => [key, { members: count, big: big === 1 }]))
    const beats = (before?.beats ?? 0) + 1
    this.known.set(id, { id, url, room, members, streams, totals, parts, seenAt: now, beats, sequence })
    return true
  }

  remove(id: ProcessId): void {
    this.known.delete(id)
  }

  /** Forgets those that were silent for too long, and returns them. */
  expire(now: number): ProcessId[] {
    const dead = [...this.known.values()].filter(({ seenAt }) => now - seenAt > this.expiryMs)
    for (const { id } of dead) this.known.delete(id)
    return dead.map(({ id }) => id)
  }
}
