import { contentRange, parseRange, type ByteRange } from './byte-range.js'
import { playlistType, type Resource } from './resource.js'

/** How a resource answers a request: what the header says, and which of its bytes follow. */
export interface ReplyPlan {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Where the body lies in the resource; empty for a refusal. */
  readonly range: ByteRange
  readonly chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

/**
 * Segments are not cached by browsers: two tabs of one browser share its cache, and would hide the very copies
 * this origin is here to count. Playlists change with every segment.
 */
const cacheControl = 'no-store'

/** Works out the answer to a GET with the given Range header. */
export function planReply(
  resource: Resource,
  rangeHeader: string | undefined,
  ignoreRange: boolean,
): ReplyPlan {
  const headers = {
    'Content-Type': resource.contentType,
    'Cache-Control': resource.contentType === playlistType ? 'no-cache' : cacheControl,
    ...(ignoreRange ? {} : { 'Accept-Ranges': 'bytes' }),
  }
  const { body } = resource
  if (body.kind === 'refusal') return refusal(body.status, body.reason)
  if (body.kind === 'relay') {
    const { status, range, size, chunks } = body
    const partial: Record<string, string> =
      status === 206 ? { 'Content-Range': contentRange(range, size) } : {}
    return { status, headers: { ...headers, ...lengthOf(range), ...partial }, range, chunks }
  }
  const size = body.bytes.length
  const answer = ignoreRange ? ({ kind: 'whole' } as const) : parseRange(rangeHeader, size)
  if (answer.kind === 'unsatisfiable') {
    const plan = refusal(416, 'the range lies beyond the end')
    return { ...plan, headers: { ...plan.headers, 'Content-Range': `bytes */${size}` } }
  }
  if (answer.kind === 'whole') {
    const range = { start: 0, end: size }
    return { status: 200, headers: { ...headers, ...lengthOf(range) }, range, chunks: [body.bytes] }
  }
  const { range } = answer
  return {
    status: 206,
    headers: { ...headers, ...lengthOf(range), 'Content-Range': contentRange(range, size) },
    range,
    chunks: [body.bytes.subarray(range.start, range.end)],
  }
}

/** A short plain-text answer. Its bytes are no media, hence the empty range. */
export function refusal(status: number, reason: string): ReplyPlan {
  const text = Buffer.from(`${reason}\n`)
  return {
    status,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
      'Content-Length': String(text.length),
    },
    range: { start: 0, end: 0 },
    chunks: [text],
  }
}

function lengthOf(range: ByteRange): { 'Content-Length': string } {
  return { 'Content-Length': String(range.end - range.start) }
}
