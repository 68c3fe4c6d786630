import type { ResourceKind } from '../http/resource.js'

/** A URI found in a playlist, and what the playlist says it is. */
export interface PlaylistEntry {
  readonly url: URL
  readonly kind: ResourceKind
  /** For segments: the media sequence number. */
  readonly sequence?: number
  /** For segments that are part of a file. */
  readonly byteRange?: { readonly offset: number; readonly length: number }
}

export interface ReadPlaylist {
  readonly entries: readonly PlaylistEntry[]
  /** The playlist with every http URI replaced. */
  readonly text: string
}

/**
 * Reads any HLS playlist and replaces its URIs. Lines it does not understand stay as they are, and so do URIs
 * that are not http or https (`data:`, `skd:`).
 */
export function readPlaylist(text: string, base: URL, replace: (url: URL) => string): ReadPlaylist {
  const entries: PlaylistEntry[] = []
  let sequence = Number(/^#EXT-X-MEDIA-SEQUENCE:(\d+)/m.exec(text)?.[1] ?? 0)
  let isSegment = false
  let byteRange: PlaylistEntry['byteRange']
  let previousEnd = 0

  const replaceUri = (uri: string, describe: (url: URL) => PlaylistEntry): string => {
    const url = URL.canParse(uri, base.href) ? new URL(uri, base) : undefined
    if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return uri
    entries.push(describe(url))
    return replace(url)
  }

  const lines = text.split(/\r?\n/).map((line) => {
    if (line.startsWith('#')) {
      if (line.startsWith('#EXTINF:')) isSegment = true
      const span = /^#EXT-X-BYTERANGE:(\d+)(?:@(\d+))?/.exec(line)
      // Without an offset the range follows the one before it.
      if (span) byteRange = { length: Number(span[1]), offset: span[2] ? Number(span[2]) : previousEnd }
      const kind = kindOfTag(line)
      return line.replace(/(?<=[:,])URI="([^"]*)"/, (_, uri: string) => {
        return `URI="${replaceUri(uri, (url) => ({ url, kind }))}"`
      })
    }
    if (line.trim() === '') return line
    const replaced = replaceUri(line.trim(), (url) => {
      if (!isSegment) return { url, kind: 'playlist' }
      return { url, kind: 'segment', sequence, ...(byteRange ? { byteRange } : {}) }
    })
    if (isSegment) sequence += 1
    previousEnd = byteRange ? byteRange.offset + byteRange.length : 0
    isSegment = false
    byteRange = undefined
    return replaced
  })
  return { entries, text: lines.join('\n') }
}

function kindOfTag(line: string): ResourceKind {
  if (line.startsWith('#EXT-X-MAP:')) return 'init'
  if (/^#EXT-X-(SESSION-)?KEY:/.test(line)) return 'key'
  return /^#EXT-X-(PART|PRELOAD-HINT):/.test(line) ? 'segment' : 'playlist'
}
