import type { RenditionId } from '../../../protocol/ids.js'
import { blockBytes } from '../../../protocol/block.js'
import { digestFileName } from '../../../protocol/digest-file.js'
import { hashBytes } from '../../../protocol/merkle-tree.js'
import { digestListHashesMax } from '../../../protocol/limits.js'
import { segmentKey, type SegmentIdentity, type SegmentKey } from '../../../protocol/segment-key.js'
import { readHlsPlaylist, type ListedSegment, type MediaPlaylist } from '../core/hls-playlist.js'
import { nextPollAt } from '../core/poll-schedule.js'
import type { ByteBudget } from './byte-budget.js'
import type { FetchAnswer, GuardedFetch } from './guarded-fetch.js'
import { pause } from './pause.js'

/** Bytes of a playlist: a day of segments. */
export const playlistBytesMax = 4 * 1024 * 1024
const segmentBytesMax = digestListHashesMax * blockBytes
/** Its hash list, and room for the longest stream and rendition ids. */
const digestFileBytesMax = digestListHashesMax * hashBytes + 2048
/** Of a playlist seen for the first time: what somebody who joins now begins with. */
const firstSegmentsMax = 6
/** Segments fetched already, remembered so that none is fetched twice. */
const rememberedMax = 256
/** A segment that is listed and not there yet is asked for again, so often and after so long. */
const triesMax = 3
const retryMs = 300

export interface RenditionWitnessParts {
  readonly fetch: GuardedFetch
  readonly budget: ByteBudget
  readonly clock: () => number
  /** What is fetched for each new segment: itself, or its publisher's digest beside it. */
  readonly takes: 'segments' | 'digest-files'
  /** What was fetched is here. Says whether it is of use; if not, it is asked for again. */
  readonly seen: (listed: ListedSegment, body: Uint8Array) => boolean
  /** The playlist of a live rendition lists new segments. */
  readonly advanced: (rendition: RenditionId, text: string) => void
  readonly failed: (problem: string) => void
  /** Whether the segment is to be fetched here; resolves when that is known. */
  readonly isOurs: (segment: SegmentIdentity, stopping: AbortSignal) => Promise<boolean>
}

/** Watches one media playlist, and fetches each new segment once. */
export class RenditionWitness {
  private readonly stopping = new AbortController()
  private readonly fetched = new Set<SegmentKey>()
  private validators: Record<string, string> = {}
  private state = { changedAt: 0, lookedBefore: Number.NEGATIVE_INFINITY, segmentMs: 1000, failures: 0 }
  private lookedAt = Number.NEGATIVE_INFINITY

  constructor(
    private readonly rendition: RenditionId,
    private readonly url: URL,
    private readonly parts: RenditionWitnessParts,
  ) {
    this.state.changedAt = parts.clock()
    void this.watch()
  }

  stop(): void {
    this.stopping.abort()
  }

  private async watch(): Promise<void> {
    const { clock } = this.parts
    while (!this.stopping.signal.aborted) {
      await this.look()
      if (this.stopping.signal.aborted) return
      await pause(nextPollAt(clock(), this.state) - clock(), this.stopping.signal)
    }
  }

  private async look(): Promise<void> {
    const { fetch, clock } = this.parts
    const lookedBefore = this.lookedAt
    this.lookedAt = clock()
    const order = { url: this.url, bytesMax: playlistBytesMax, headers: this.validators }
    const answer = await fetch.get(order)
    if (!answer.ok) return this.failed(answer.problem)
    this.state.failures = 0
    if (answer.status === 304) return
    const text = Buffer.from(answer.body).toString('utf8')
    const playlist = readHlsPlaylist(text, this.rendition)
    if (playlist?.kind !== 'media') return this.failed('no-playlist')
    this.validators = validatorsOf(answer)
    const news = this.newsOf(playlist)
    const newest = playlist.segments.at(-1)
    if (news.length === 0 || newest === undefined) return
    this.state.changedAt = this.lookedAt
    this.state.lookedBefore = lookedBefore
    this.state.segmentMs = newest.durationMs || playlist.targetMs || this.state.segmentMs
    this.parts.advanced(this.rendition, text)
    for (const listed of news) void this.fetchSegment(listed, answer.url)
  }

  /** Live playlists only: there digests are wanted once, by everybody, and in time. */
  private newsOf({ live, segments }: MediaPlaylist): readonly ListedSegment[] {
    if (!live) return []
    const news = segments
      .slice(this.fetched.size === 0 ? -firstSegmentsMax : -rememberedMax)
      .filter(({ segment }) => !this.fetched.has(segmentKey(segment)))
    for (const { segment } of news) this.fetched.add(segmentKey(segment))
    for (const key of this.fetched) {
      if (this.fetched.size <= 2 * rememberedMax) break
      this.fetched.delete(key)
    }
    // After a pause of ours the oldest of them are of no use any more.
    return news.slice(-2 * firstSegmentsMax)
  }

  private async fetchSegment(listed: ListedSegment, base: URL): Promise<void> {
    const { fetch, budget, takes, seen, failed, isOurs } = this.parts
    if (!(await isOurs(listed.segment, this.stopping.signal))) return
    if (!URL.canParse(listed.uri, base.href)) return
    const url = new URL(listed.uri, base)
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return
    const isWhole = takes === 'digest-files'
    if (isWhole) url.pathname = digestFileName(url.pathname, listed.segment)
    const order = isWhole
      ? { url, bytesMax: digestFileBytesMax }
      : { url, bytesMax: segmentBytesMax, headers: rangeOf(listed) }
    for (let tries = 1; tries <= triesMax && !this.stopping.signal.aborted; tries += 1) {
      const answer = await budget.run(
        () => fetch.get(order),
        (got) => (got.ok ? got.body.length : 0),
      )
      if (this.stopping.signal.aborted) return
      const body = answer.ok ? bodyOf(answer, isWhole ? {} : listed.segment) : undefined
      if (body !== undefined && body.length > 0 && seen(listed, body)) return
      failed(answer.ok ? 'no-segment' : answer.problem)
      await pause(retryMs * tries, this.stopping.signal)
    }
  }

  private failed(problem: string): void {
    this.state.failures += 1
    this.parts.failed(problem)
  }
}

function rangeOf({ segment: { rangeStart, rangeEnd } }: ListedSegment): Record<string, string> {
  return rangeStart === undefined || rangeEnd === undefined
    ? {}
    : { Range: `bytes=${rangeStart}-${rangeEnd - 1}` }
}

/** The segment's bytes in the answer, also where Range is ignored; undefined when they are not what was asked for. */
function bodyOf(
  { status, body }: Extract<FetchAnswer, { ok: true }>,
  { rangeStart, rangeEnd }: Pick<SegmentIdentity, 'rangeStart' | 'rangeEnd'>,
) {
  if (rangeStart === undefined || rangeEnd === undefined) return status === 200 ? body : undefined
  const part = status === 200 ? body.subarray(rangeStart, rangeEnd) : body
  return part.length === rangeEnd - rangeStart ? part : undefined
}

function validatorsOf({ etag, modified }: Extract<FetchAnswer, { ok: true }>): Record<string, string> {
  if (etag !== undefined) return { 'If-None-Match': etag }
  return modified === undefined ? {} : { 'If-Modified-Since': modified }
}
