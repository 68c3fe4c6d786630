/**
 * What the origin sent, segment by segment. Copies of a segment are the bytes sent for it divided by its size:
 * the figure the whole project is about. Bytes count when the operating system has taken them, so a transfer
 * that was cut counts for as much as went out. What a tracker's witness fetches is counted apart: it is one copy for all
 * cells, however many there are.
 */
import type { ResourceKind } from '../http/resource.js'
import { overlapBytes, type SegmentAccount } from './segment-account.js'
import type { OriginStats, Reader, SegmentTraffic } from './origin-stats.js'

/** Two hours of a two-rendition stream of 2 s segments. */
const entriesMax = 7200

interface Entry extends Pick<SegmentTraffic, 'stream' | 'rendition' | 'sequence' | 'sizeBytes'> {
  readonly sentTo: Readonly<Record<Reader, Tally>>
}

interface Tally {
  requests: number
  bytes: number
}

export interface LedgerOptions {
  /** Segments the playlist lists: one that old has been asked for as often as it will be. */
  readonly windowSegments: number
  /** Over how many complete segments `rolling` goes. */
  readonly rollingSegments: number
  /** How many segments `stats()` lists. */
  readonly listedSegments: number
}

export class SegmentLedger {
  readonly #options: LedgerOptions
  /** By segment, in order of first request. */
  #entries = new Map<string, Entry>()
  /** The newest sequence asked for, by rendition. */
  #newest = new Map<string, number>()
  #tallies = emptyTallies()
  #witness = emptyTallies()
  #sinceMs: number

  constructor(options: LedgerOptions, nowMs: number) {
    this.#options = options
    this.#sinceMs = nowMs
  }

  /** A GET arrived for bytes `start..end` of a resource. Refused and failed ones count too. */
  recordRequest(
    kind: ResourceKind,
    accounts: readonly SegmentAccount[],
    start: number,
    end: number,
    reader: Reader = 'viewer',
  ): void {
    this.#tallyOf(kind, reader).requests += 1
    for (const account of accounts) {
      if (overlapBytes(account, start, end) > 0) this.#entryOf(account).sentTo[reader].requests += 1
    }
  }

  /** Bytes `start..end` of a resource went out. */
  recordBytes(
    kind: ResourceKind,
    accounts: readonly SegmentAccount[],
    start: number,
    end: number,
    reader: Reader = 'viewer',
  ): void {
    this.#tallyOf(kind, reader).bytes += end - start
    for (const account of accounts) {
      const bytes = overlapBytes(account, start, end)
      if (bytes > 0) this.#entryOf(account).sentTo[reader].bytes += bytes
    }
  }

  reset(nowMs: number): void {
    this.#entries = new Map()
    this.#newest = new Map()
    this.#tallies = emptyTallies()
    this.#witness = emptyTallies()
    this.#sinceMs = nowMs
  }

  stats(nowMs: number): OriginStats {
    const entries = [...this.#entries.values()]
    const complete = entries.filter((entry) => this.#isComplete(entry)).slice(-this.#options.rollingSegments)
    const { segment, init, key, playlist } = this.#tallies
    return {
      sinceMs: this.#sinceMs,
      nowMs,
      totals: {
        segmentRequests: segment.requests,
        segmentBytes: segment.bytes,
        playlistRequests: playlist.requests,
        playlistBytes: playlist.bytes,
        otherRequests: init.requests + key.requests,
        otherBytes: init.bytes + key.bytes,
        witnessRequests: this.#witness.segment.requests,
        witnessBytes: this.#witness.segment.bytes,
        witnessPlaylistRequests: this.#witness.playlist.requests,
      },
      rolling: sumOf(complete),
      segments: entries.slice(-this.#options.listedSegments).map(trafficOf),
    }
  }

  #tallyOf(kind: ResourceKind, reader: Reader): Tally {
    return (reader === 'witness' ? this.#witness : this.#tallies)[kind]
  }

  #isComplete(entry: Entry): boolean {
    const newest = this.#newest.get(`${entry.stream}/${entry.rendition}`) ?? 0
    return entry.sequence <= newest - this.#options.windowSegments
  }

  #entryOf(account: SegmentAccount): Entry {
    const { stream, rendition, sequence, sizeBytes } = account
    const renditionKey = `${stream}/${rendition}`
    const key = `${renditionKey}/${sequence}`
    const known = this.#entries.get(key)
    if (known) return known
    const sentTo = { viewer: emptyTally(), witness: emptyTally() }
    const entry: Entry = { stream, rendition, sequence, sizeBytes, sentTo }
    this.#entries.set(key, entry)
    this.#newest.set(renditionKey, Math.max(sequence, this.#newest.get(renditionKey) ?? 0))
    if (this.#entries.size > entriesMax) this.#entries.delete(this.#entries.keys().next().value ?? '')
    return entry
  }
}

function trafficOf({ sentTo: { viewer, witness }, ...segment }: Entry): SegmentTraffic {
  return {
    ...segment,
    bytesSent: viewer.bytes,
    requests: viewer.requests,
    copies: viewer.bytes / segment.sizeBytes,
    witnessBytes: witness.bytes,
    witnessRequests: witness.requests,
  }
}

function sumOf(entries: readonly Entry[]): OriginStats['rolling'] {
  const sizeBytes = entries.reduce((sum, entry) => sum + entry.sizeBytes, 0)
  const bytesSent = entries.reduce((sum, { sentTo }) => sum + sentTo.viewer.bytes, 0)
  const witnessBytes = entries.reduce((sum, { sentTo }) => sum + sentTo.witness.bytes, 0)
  return {
    segments: entries.length,
    sizeBytes,
    bytesSent,
    copies: sizeBytes > 0 ? bytesSent / sizeBytes : null,
    witnessCopies: sizeBytes > 0 ? witnessBytes / sizeBytes : null,
  }
}

function emptyTallies(): Record<ResourceKind, Tally> {
  return { segment: emptyTally(), init: emptyTally(), key: emptyTally(), playlist: emptyTally() }
}

function emptyTally(): Tally {
  return { requests: 0, bytes: 0 }
}
