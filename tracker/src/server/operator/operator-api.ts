import type { IncomingMessage, ServerResponse } from 'node:http'
import * as v from 'valibot'
import { streamIdLengthMax, type StreamId } from '../../../../protocol/ids.js'
import { openPolicy, streamPolicy, type StreamPolicy } from '../../../../protocol/stream-policy.js'
import { bansPath, changeBan, listBans, type BanDesk } from './ban-api.js'
import { decoded } from './decoded.js'
import type { OverviewDocument } from './overview-document.js'
import type { OperatorGate } from './operator-token.js'

const bodyBytesMax = 4096
const overviewPath = '/operator/overview'
const policiesPath = '/operator/policies/'
const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }
const strictPolicy = v.strictObject(streamPolicy.entries)

export interface OperatorApiParts {
  readonly gate: OperatorGate
  overview(): OverviewDocument
  /** Somebody came without the token, or with a wrong one. */
  turnedAway(): void
  /** False when there is no room for another policy. */
  setPolicy(stream: StreamId, policy: StreamPolicy): boolean
  readonly bans: BanDesk
}

/**
 * Answers what is below `/operator`. The token comes in the header `Authorization`, which no page of another origin can
 * make a browser send: there is no cookie to ride on, and no answer to a preflight.
 */
export async function answerOperator(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  parts: OperatorApiParts,
): Promise<void> {
  const answer = (status: number, body: object, more: Record<string, string> = {}): void => {
    response.writeHead(status, { ...headers, ...more }).end(JSON.stringify(body))
  }
  if (!parts.gate.hasToken) return answer(404, { error: 'not-found' })
  if (!parts.gate.isOperator(request)) {
    parts.turnedAway()
    return answer(401, { error: 'operator-token-wrong' }, { 'WWW-Authenticate': 'Bearer' })
  }
  const { method = '' } = request
  if (path === overviewPath || path === bansPath) {
    if (method !== 'GET') return answer(405, { error: 'method-not-allowed' }, { Allow: 'GET' })
    return answer(200, path === bansPath ? listBans(parts.bans) : parts.overview())
  }
  const isBan = path.startsWith(`${bansPath}/`)
  if (!isBan && !path.startsWith(policiesPath)) return answer(404, { error: 'not-found' })
  if (method !== 'PUT' && method !== 'DELETE') {
    return answer(405, { error: 'method-not-allowed' }, { Allow: 'PUT, DELETE' })
  }
  if (isBan) {
    const asked = method === 'DELETE' ? undefined : (jsonIn(await readBody(request)) ?? null)
    const { status, body } = changeBan(parts.bans, path, asked)
    return answer(status, body)
  }
  const stream = streamNamed(path.slice(policiesPath.length))
  if (stream === undefined) return answer(400, { error: 'stream-invalid' })
  const policy = method === 'DELETE' ? openPolicy : policyIn(await readBody(request))
  if (typeof policy === 'string') return answer(400, { error: 'policy-invalid', detail: policy })
  if (!parts.setPolicy(stream, policy)) return answer(409, { error: 'too-many-policies' })
  answer(200, { stream, policy })
}

function streamNamed(encoded: string): StreamId | undefined {
  const name = decoded(encoded)
  return name && name.length <= streamIdLengthMax ? (name as StreamId) : undefined
}

/** What a body holds; undefined if it is too long, or no JSON. */
function jsonIn(body: string | undefined): unknown {
  try {
    return JSON.parse(body ?? '')
  } catch {
    return undefined
  }
}

/** The policy, or what is wrong with it. */
function policyIn(body: string | undefined): StreamPolicy | string {
  if (body === undefined) return `the body has at most ${bodyBytesMax} bytes`
  const json = jsonIn(body)
  if (json === undefined) return 'the body is not JSON'
  const parsed = v.safeParse(strictPolicy, json)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  return `${v.getDotPath(issue) ?? 'the body'}: ${issue.message}`
}

/** Undefined when it is too long; the rest is read, so that the answer gets through, but not kept. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length <= bodyBytesMax) chunks.push(chunk)
  }
  return length <= bodyBytesMax ? Buffer.concat(chunks).toString('utf8') : undefined
}
