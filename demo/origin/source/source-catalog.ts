import type { ResourceKind } from '../http/resource.js'
import type { SegmentAccount } from '../traffic/segment-account.js'
import type { PlaylistEntry } from './read-playlist.js'

/** A long recording in several renditions; older URLs are still passed through, but no longer counted by name. */
const urlsMax = 20_000

/** Playlists name few hosts. A limit keeps a hostile one from opening the proxy to everything. */
const hostsMax = 32

interface KnownUrl {
  readonly kind: ResourceKind
  /** By sequence: a playlist read again names its segments again. */
  readonly segments: Map<
    number,
    Omit<SegmentAccount, 'sizeBytes'> & { readonly sizeBytes: number | undefined }
  >
}

/** What the source's own playlists have named so far: the only hosts the proxy will talk to. */
export class SourceCatalog {
  readonly #hosts = new Set<string>()
  readonly #urls = new Map<string, KnownUrl>()

  constructor(source: URL) {
    this.#hosts.add(source.host)
    this.#urls.set(source.href, { kind: 'playlist', segments: new Map() })
  }

  allows(url: URL): boolean {
    return this.#hosts.has(url.host)
  }

  kindOf(url: URL): ResourceKind | undefined {
    return this.#urls.get(url.href)?.kind
  }

  /** The segments that lie in a resource of `size` bytes. */
  accountsOf(url: URL, size: number): SegmentAccount[] {
    const segments = [...(this.#urls.get(url.href)?.segments.values() ?? [])]
    return segments.map((segment) => ({ ...segment, sizeBytes: segment.sizeBytes ?? size }))
  }

  /** Takes in what a playlist names. */
  learn(playlist: URL, entries: readonly PlaylistEntry[]): void {
    for (const entry of entries) {
      if (this.#hosts.size < hostsMax) this.#hosts.add(entry.url.host)
      const known = this.#urls.get(entry.url.href) ?? { kind: entry.kind, segments: new Map() }
      // Set anew, so that what playlists still name is the last to be forgotten.
      this.#urls.delete(entry.url.href)
      this.#urls.set(entry.url.href, known)
      if (entry.sequence === undefined) continue
      known.segments.set(entry.sequence, {
        stream: 'source',
        rendition: playlist.pathname,
        sequence: entry.sequence,
        offset: entry.byteRange?.offset ?? 0,
        sizeBytes: entry.byteRange?.length,
      })
    }
    while (this.#urls.size > urlsMax) this.#urls.delete(this.#urls.keys().next().value ?? '')
  }
}
