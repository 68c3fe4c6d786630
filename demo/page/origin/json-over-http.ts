/** An origin that was told to be slow is not slow here: these paths are never disturbed. */
const timeoutMs = 4000

/** GET, or POST with a body. @throws Error when the answer is not a success with JSON. */
export async function requestJson(url: string, body?: unknown): Promise<unknown> {
  const init: RequestInit = { cache: 'no-store', signal: AbortSignal.timeout(timeoutMs) }
  if (body !== undefined) {
    init.method = 'POST'
    init.headers = { 'Content-Type': 'application/json' }
    init.body = JSON.stringify(body)
  }
  const response = await fetch(url, init)
  if (!response.ok) throw new Error(`${response.status} from ${new URL(url, location.href).pathname}`)
  return response.json()
}

/** A field of what may be no object at all. */
export function fieldOf(json: unknown, name: string): unknown {
  return typeof json === 'object' && json !== null ? (json as Record<string, unknown>)[name] : undefined
}
