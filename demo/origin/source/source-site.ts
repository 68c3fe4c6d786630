/**
 * Passes a foreign HLS stream through, so that its bytes are counted here and pages may read it even where its
 * own server does not say so (CORS). Only hosts that the source's playlists name are reachable.
 */
import { bytesBody, playlistResource, type Resource, type ResourceBody, type Site } from '../http/resource.js'
import { proxiedUrl, proxyPath } from './proxy-path.js'
import { readPlaylist } from './read-playlist.js'
import { SourceCatalog } from './source-catalog.js'

/** Playlists, and bodies whose server does not say how long they are, are read whole up to this. */
const wholeBytesMax = 64 * 1024 * 1024

export function sourceSite(sourceUrl: string): Site {
  const catalog = new SourceCatalog(new URL(sourceUrl))
  return async ({ path, search, range, signal }): Promise<Resource | undefined> => {
    const url = proxiedUrl(path, search)
    if (!url || !catalog.allows(url)) return undefined
    // Without compression, what is counted is what the player gets.
    const headers: Record<string, string> = { 'Accept-Encoding': 'identity' }
    if (range !== undefined) headers['Range'] = range
    const answer = await fetch(url, { headers, signal }).catch((error: unknown) => {
      throw new Error(`the source ${url.host} does not answer: ${reasonOf(error)}`)
    })
    const contentType = answer.headers.get('content-type') ?? 'application/octet-stream'
    if (!answer.ok) {
      await answer.body?.cancel()
      const body = {
        kind: 'refusal',
        status: answer.status,
        reason: `the source answered ${answer.status}`,
      } as const
      return {
        kind: catalog.kindOf(url) ?? 'segment',
        contentType,
        body,
        accounts: catalog.accountsOf(url, 0),
      }
    }
    if (
      catalog.kindOf(url) === 'playlist' ||
      /mpegurl/i.test(contentType) ||
      url.pathname.endsWith('.m3u8')
    ) {
      const base = new URL(answer.url)
      const playlist = readPlaylist((await readWhole(answer)).toString('utf8'), base, proxyPath)
      catalog.learn(url, playlist.entries)
      return playlistResource(playlist.text)
    }
    const body = await relayBody(answer)
    const size = body.kind === 'relay' ? body.size : body.kind === 'bytes' ? body.bytes.length : 0
    return {
      kind: catalog.kindOf(url) ?? 'segment',
      contentType,
      body,
      accounts: catalog.accountsOf(url, size),
    }
  }
}

/** Relays as the bytes arrive where the lengths are known, and reads whole where they are not. */
async function relayBody(answer: Response): Promise<ResourceBody> {
  const length = Number(answer.headers.get('content-length') ?? Number.NaN)
  const encoded = answer.headers.get('content-encoding') !== null
  const span = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.headers.get('content-range') ?? '')
  if (!answer.body) return bytesBody('')
  const chunks = answer.body as AsyncIterable<Uint8Array>
  if (answer.status === 206 && span && !encoded) {
    const range = { start: Number(span[1]), end: Number(span[2]) + 1 }
    return { kind: 'relay', status: 206, range, size: Number(span[3]), chunks }
  }
  if (answer.status === 200 && Number.isSafeInteger(length) && !encoded) {
    return { kind: 'relay', status: 200, range: { start: 0, end: length }, size: length, chunks }
  }
  return bytesBody(await readWhole(answer))
}

async function readWhole(answer: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    if (bytes > wholeBytesMax)
      throw new Error(`the source sends over ${wholeBytesMax} bytes of unannounced length`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** fetch hides the reason, e.g. ECONNREFUSED, in the error's cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message || error.message : error.message
}
