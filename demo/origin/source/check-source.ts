export type SourceCheck =
  /** `openToPages` is true where the server lets any page read it (CORS). */
  { readonly ok: true; readonly openToPages: boolean } | { readonly ok: false; readonly reason: string }

/** Whether a URL answers, in time, with an HLS playlist. */
export async function checkSource(sourceUrl: string, timeoutMs = 8000): Promise<SourceCheck> {
  if (!URL.canParse(sourceUrl) || !/^https?:$/.test(new URL(sourceUrl).protocol)) {
    return { ok: false, reason: 'it is not an http or https URL' }
  }
  try {
    const answer = await fetch(sourceUrl, {
      headers: { Origin: 'http://127.0.0.1' },
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (!answer.ok) {
      await answer.body?.cancel()
      return { ok: false, reason: `it answered ${answer.status}` }
    }
    if (!(await startsWith(answer, '#EXTM3U'))) return { ok: false, reason: 'it is not an HLS playlist' }
    return { ok: true, openToPages: answer.headers.get('access-control-allow-origin') === '*' }
  } catch (error) {
    return { ok: false, reason: describe(error, timeoutMs) }
  }
}

/** Reads no more than it needs: the URL may be an endless radio stream. */
async function startsWith(answer: Response, start: string): Promise<boolean> {
  let text = ''
  for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    // A byte order mark is tolerated, as players do.
    text += Buffer.from(chunk)
      .toString('latin1')
      .replace(/^\u00ef\u00bb\u00bf/, '')
    if (text.length >= start.length) break
  }
  return text.startsWith(start)
}

function describe(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `it did not answer within ${timeoutMs / 1000} s`
  const cause = error.cause instanceof Error ? error.cause : error
  return cause.message || error.message
}
