import type { FleetEntry, ProcessId } from '../../../../protocol/fleet-messages.js'
import { rendezvousScore } from '../../../../protocol/rendezvous.js'
import { entryTtlMaxMs } from './fleet-bounds.js'

interface Kept {
  readonly version: number
  readonly writer: ProcessId
  readonly endsAt: number
  readonly value: unknown
}

/** An entry as it counts now; `value` is null where nothing holds any more. */
export interface EntryChange {
  readonly key: string
  readonly value: unknown
  readonly ttlMs: number
  /** Unknown of what has ended. */
  readonly writer?: ProcessId
}

/**
 * One topic's entries, which all processes come to agree on whatever the order in which they hear of them: the
 * higher version counts, and between equal ones the higher writer. Versions count up from the highest one heard, and
 * lives are told as what is left of them, so that no process depends on another's clock.
 */
export class SharedEntries {
  private readonly kept = new Map<string, Kept>()
  private highest = 0
  private sum = 0
  private nextEnd = Infinity

  constructor(
    private readonly self: ProcessId,
    private readonly entriesMax: number,
  ) {}

  get size(): number {
    return this.kept.size
  }

  /** Alike for all who have the same entries, whatever the order in which they came. */
  get mark(): number {
    return this.sum
  }

  /** Writes an entry here; returns it as it is to be told to others. */
  write(now: number, key: string, value: unknown, ttlMs: number): FleetEntry {
    const entry = { key, version: this.highest + 1, writer: this.self, ttlMs: boundedTtl(ttlMs), value }
    this.put(now, entry)
    return entry
  }

  /** Takes another's entry; returns whether it changed what holds here. */
  merge(now: number, entry: FleetEntry): boolean {
    if (entry.ttlMs === 0) return false
    const known = this.kept.get(entry.key)
    if (known && !isNewer(entry, known)) return false
    this.put(now, entry)
    return this.kept.has(entry.key)
  }

  /** Forgets what has ended, and returns the keys. */
  expire(now: number): string[] {
    if (now < this.nextEnd) return []
    const ended: string[] = []
    this.nextEnd = Infinity
    for (const [key, { endsAt }] of this.kept) {
      if (endsAt <= now) ended.push(key)
      else this.nextEnd = Math.min(this.nextEnd, endsAt)
    }
    for (const key of ended) this.remove(key)
    return ended
  }

  /** Up to `count` entries from the `offset`-th on, as they are to be told to others. */
  list(now: number, offset = 0, count = Infinity): FleetEntry[] {
    const listed: FleetEntry[] = []
    let index = 0
    for (const [key, { version, writer, endsAt, value }] of this.kept) {
      index += 1
      if (index <= offset || endsAt <= now) continue
      if (listed.length >= count) break
      listed.push({ key, version, writer, ttlMs: Math.ceil(endsAt - now), value })
    }
    return listed
  }

  private put(now: number, { key, version, writer, ttlMs, value }: FleetEntry): void {
    this.remove(key)
    const endsAt = now + boundedTtl(ttlMs)
    this.kept.set(key, { version, writer, endsAt, value })
    this.sum = (this.sum + markOf(key, version, writer)) >>> 0
    this.highest = Math.max(this.highest, version)
    this.nextEnd = Math.min(this.nextEnd, endsAt)
    if (this.kept.size > this.entriesMax) this.remove(this.firstToEnd())
  }

  private remove(key: string): void {
    const known = this.kept.get(key)
    if (!known) return
    this.kept.delete(key)
    this.sum = (this.sum - markOf(key, known.version, known.writer)) >>> 0
  }

  private firstToEnd(): string {
    let first = ''
    let least = Infinity
    for (const [key, { endsAt }] of this.kept) {
      if (endsAt < least) [first, least] = [key, endsAt]
    }
    return first
  }
}

function isNewer(one: Pick<Kept, 'version' | 'writer'>, other: Pick<Kept, 'version' | 'writer'>): boolean {
  return one.version === other.version ? one.writer > other.writer : one.version > other.version
}

function markOf(key: string, version: number, writer: ProcessId): number {
  return rendezvousScore(key, `${version}/${writer}`)
}

function boundedTtl(ttlMs: number): number {
  return Math.min(ttlMs, entryTtlMaxMs)
}
