import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FaultDesk } from '../faults/fault-desk.js'
import type { OriginStats } from '../traffic/origin-stats.js'

/** A change of faults is some 200 bytes. */
const bodyBytesMax = 16 * 1024

/** What the control paths act on. */
export interface ControlTarget {
  readonly faults: FaultDesk
  readonly stats: () => OriginStats
  readonly resetStats: () => void
}

/**
 * `/origin/stats` (GET; POST starts counting over) and `/origin/faults` (GET; POST changes the fields named).
 *
 * @returns false for a path or method it does not know.
 */
export async function answerControl(
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  target: ControlTarget,
): Promise<boolean> {
  const isPost = request.method === 'POST'
  if (!isPost && request.method !== 'GET' && request.method !== 'HEAD') return false
  if (pathname === '/origin/stats') {
    if (isPost) target.resetStats()
    sendJson(response, 200, target.stats())
    return true
  }
  if (pathname !== '/origin/faults') return false
  if (isPost) await changeFaults(request, response, target.faults)
  else sendJson(response, 200, target.faults.settings)
  return true
}

async function changeFaults(
  request: IncomingMessage,
  response: ServerResponse,
  faults: FaultDesk,
): Promise<void> {
  const text = await readBody(request)
  if (text === undefined) return sendJson(response, 413, { error: `the body is over ${bodyBytesMax} bytes` })
  let change: unknown
  try {
    change = JSON.parse(text)
  } catch {
    return sendJson(response, 400, { error: 'the body is not JSON' })
  }
  const result = faults.change(change)
  if (result.ok) sendJson(response, 200, result.settings)
  else sendJson(response, 400, { error: result.reason })
}

/** Nothing for a body over the limit. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes <= bodyBytesMax) chunks.push(chunk)
  }
  return bytes > bodyBytesMax ? undefined : Buffer.concat(chunks).toString('utf8')
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value)
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Length': Buffer.byteLength(text),
  })
  response.end(response.req.method === 'HEAD' ? undefined : text)
}
