import type { IncomingMessage, ServerResponse } from 'node:http'

/** What the tracker answers over plain HTTP. */
export interface HttpAnswers {
  /** The body of `GET /stats`, as JSON. */
  stats(): string
  /** Answers what is the operator's; false when the path is not. */
  operator(request: IncomingMessage, response: ServerResponse, path: string): boolean
  isDraining(): boolean
  /** Whether WebSockets, and nothing else, are answered at this path. */
  isWebSocketPath(path: string): boolean
}

const commonHeaders = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }
/** Any page may read the two documents: they hold nothing about a visitor, and the demo shows them. */
const corsHeaders = { ...commonHeaders, 'Access-Control-Allow-Origin': '*' }

/** Answers `GET /health`, `GET /stats` and what is the operator's; everything else has a status that says what is wrong. */
export function answerHttp(request: IncomingMessage, response: ServerResponse, answers: HttpAnswers): void {
  const path = pathOf(request)
  if (answers.operator(request, response, path)) return
  const isPublic = path === '/health' || path === '/stats'
  const isWebSocketPath = answers.isWebSocketPath(path)
  if (!isPublic && !isWebSocketPath) return end(response, 404, commonHeaders, { error: 'not-found' })
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return end(response, 405, { ...commonHeaders, Allow: 'GET, HEAD' }, { error: 'method-not-allowed' })
  }
  if (isWebSocketPath) {
    return end(response, 426, { ...commonHeaders, Upgrade: 'websocket' }, { error: 'websocket-only' })
  }
  if (path === '/stats') return void response.writeHead(200, corsHeaders).end(answers.stats())
  const draining = answers.isDraining()
  end(response, draining ? 503 : 200, corsHeaders, { status: draining ? 'draining' : 'ok' })
}

/** The path of a request's target, without its query. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? ''
}

function end(response: ServerResponse, status: number, headers: Record<string, string>, body: object): void {
  response.writeHead(status, headers).end(JSON.stringify(body))
}
