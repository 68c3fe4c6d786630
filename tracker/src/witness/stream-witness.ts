import { bareRenditionId } from '../../../protocol/rendition-id.js'
import { isAudioRendition, type RenditionId } from '../../../protocol/ids.js'
import { readHlsPlaylist, type ListedRendition } from '../core/hls-playlist.js'
import { playlistBytesMax, RenditionWitness, type RenditionWitnessParts } from './rendition-witness.js'

/** Renditions of one stream that are watched at once: a rich ladder, or its sound in many languages. */
const renditionsMax = 16
/** A multivariant playlist that did not come is asked for again. */
const retryMs = 2000

/** Watches the renditions of one stream that members follow. */
export class StreamWitness {
  private readonly watched = new Map<RenditionId, RenditionWitness>()
  private listed: readonly (ListedRendition & { readonly base: URL })[] = []
  private wanted: ReadonlySet<RenditionId> = new Set()
  private state: 'new' | 'reading' | 'read' | 'stopped' = 'new'
  private retry: NodeJS.Timeout | undefined

  constructor(
    private readonly url: URL,
    private readonly parts: RenditionWitnessParts,
  ) {}

  /** Members follow these renditions now. */
  follow(renditions: ReadonlySet<RenditionId>): void {
    this.wanted = renditions
    if (this.state === 'new') void this.read()
    if (this.state === 'read') this.review()
  }

  stop(): void {
    this.state = 'stopped'
    clearTimeout(this.retry)
    for (const rendition of this.watched.values()) rendition.stop()
    this.watched.clear()
  }

  private async read(): Promise<void> {
    this.state = 'reading'
    const answer = await this.parts.fetch.get({ url: this.url, bytesMax: playlistBytesMax })
    if (this.isStopped()) return
    const playlist = answer.ok ? readHlsPlaylist(Buffer.from(answer.body).toString('utf8')) : undefined
    if (!answer.ok || playlist === undefined) {
      this.parts.failed(answer.ok ? 'no-playlist' : answer.problem)
      this.retry = setTimeout(() => void this.read(), retryMs)
      return
    }
    const base = answer.url
    this.listed =
      playlist.kind === 'media'
        ? [{ rendition: bareRenditionId, uri: base.href, base }]
        : playlist.renditions.map((each) => ({ ...each, base }))
    this.state = 'read'
    this.review()
  }

  private review(): void {
    const due = this.listed
      .filter(({ rendition }) => this.wanted.has(rendition) || isAudioRendition(rendition))
      .slice(0, renditionsMax)
    const names = new Set(due.map(({ rendition }) => rendition))
    for (const [rendition, witness] of this.watched) {
      if (names.has(rendition)) continue
      witness.stop()
      this.watched.delete(rendition)
    }
    for (const { rendition, uri, base } of due) {
      if (this.watched.has(rendition) || !URL.canParse(uri, base.href)) continue
      this.watched.set(rendition, new RenditionWitness(rendition, new URL(uri, base), this.parts))
    }
  }

  private isStopped(): boolean {
    return this.state === 'stopped'
  }
}
