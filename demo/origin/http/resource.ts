import type { SegmentAccount } from '../traffic/segment-account.js'
import type { ByteRange } from './byte-range.js'

/** `init` is the header of fragmented MP4: media, but no segment. */
export type ResourceKind = 'segment' | 'init' | 'key' | 'playlist'

/** What a path stands for. */
export interface Resource {
  readonly kind: ResourceKind
  readonly contentType: string
  readonly body: ResourceBody
  /** The segments these bytes belong to; several where one file holds a whole rendition. */
  readonly accounts: readonly SegmentAccount[]
}

export type ResourceBody =
  /** All the bytes: the origin answers Range itself. */
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  /** What another server is sending: it has answered Range already. */
  | {
      readonly kind: 'relay'
      readonly status: 200 | 206
      /** Where the bytes lie in a body of `size`; the whole of it for a 200. */
      readonly range: ByteRange
      readonly size: number
      readonly chunks: AsyncIterable<Uint8Array>
    }
  /** What another server refused, e.g. 404 or 416. */
  | { readonly kind: 'refusal'; readonly status: number; readonly reason: string }

/** A request as a site sees it. */
export interface SiteRequest {
  /** The path below the site's prefix, decoded by nobody: sites match it against what they know. */
  readonly path: string
  /** The query with its question mark, or nothing. */
  readonly search: string
  readonly range: string | undefined
  readonly nowMs: number
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal
}

/** A part of the origin's paths. Returns nothing for a path it does not know. */
export type Site = (request: SiteRequest) => Resource | undefined | Promise<Resource | undefined>

export function playlistResource(text: string): Resource {
  return { kind: 'playlist', contentType: playlistType, body: bytesBody(text), accounts: [] }
}

export function bytesBody(content: string | Buffer): ResourceBody {
  return { kind: 'bytes', bytes: typeof content === 'string' ? Buffer.from(content) : content }
}

export const playlistType = 'application/vnd.apple.mpegurl'
export const transportStreamType = 'video/mp2t'
