import { createCipheriv, createHash } from 'node:crypto'
import { bytesBody, playlistResource, type Site } from '../http/resource.js'
import type { MediaLoop } from '../media/media-loop.js'
import { lowestRendition, variantOf } from '../media/variants.js'
import { multivariantPlaylistText } from '../playlist/multivariant-playlist.js'
import { parseSegmentPath, segmentResource } from './segment-resource.js'
import { recordingText } from './vod-site.js'

/** No secret: it protects a test picture, and must be the same after a restart. */
const key = createHash('sha256').update('the key of the Prismesh demo').digest().subarray(0, 16)

/** The lowest rendition as a recording encrypted with AES-128, its key at `key`. */
export function vodAesSite(loop: MediaLoop): Site {
  const rendition = lowestRendition(loop)
  const { name } = rendition
  const encrypted = rendition.segments.map((segment, sequence) => encrypt(segment, sequence))
  const master = multivariantPlaylistText([variantOf(loop, rendition)])
  const uris = encrypted.map((_, sequence) => `${name}/${sequence}.ts`)
  const playlist = recordingText(uris, loop.segmentSeconds, 'key')
  return ({ path }) => {
    if (path === 'master.m3u8') return playlistResource(master)
    if (path === `${name}.m3u8`) return playlistResource(playlist)
    if (path === 'key') {
      return { kind: 'key', contentType: 'application/octet-stream', body: bytesBody(key), accounts: [] }
    }
    const asked = parseSegmentPath(path)
    const bytes = asked?.rendition === name ? encrypted[asked.sequence] : undefined
    return bytes && asked && segmentResource('vod-aes', name, asked.sequence, bytes)
  }
}

/** Whole-segment AES-128 in CBC mode; the initialization vector is the media sequence (RFC 8216, section 5.2). */
function encrypt(segment: Buffer, sequence: number): Buffer {
  const vector = Buffer.alloc(16)
  vector.writeUInt32BE(sequence, 12)
  const cipher = createCipheriv('aes-128-cbc', key, vector)
  return Buffer.concat([cipher.update(segment), cipher.final()])
}
