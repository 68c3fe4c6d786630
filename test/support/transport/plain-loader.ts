import type { LoaderClass } from '../../../client-sdk/src/transport/loader-cdn.js'

interface Context {
  readonly url: string
  readonly headers?: Record<string, string>
  readonly rangeStart?: number
  readonly rangeEnd?: number
}

interface Callbacks {
  onSuccess(response: { url: string; data: ArrayBuffer; code: number }): void
  onError(error: { code: number; text: string }): void
}

/** Contexts that the loader was given, newest last. */
export const loadedContexts: Context[] = []

/** A loader as hls.js's own over XMLHttpRequest behaves: whole responses, the status passed on, Range from the context. */
class PlainLoader {
  private readonly aborter = new AbortController()

  load(context: Context, _configuration: object, callbacks: Callbacks): void {
    loadedContexts.push(context)
    const headers = { ...context.headers }
    if (context.rangeEnd) headers['Range'] = `bytes=${context.rangeStart}-${context.rangeEnd - 1}`
    fetch(context.url, { headers, signal: this.aborter.signal })
      .then(async (response) => {
        if (!response.ok) callbacks.onError({ code: response.status, text: response.statusText })
        else
          callbacks.onSuccess({ url: context.url, data: await response.arrayBuffer(), code: response.status })
      })
      .catch(() => callbacks.onError({ code: 0, text: 'broken' }))
  }

  abort(): void {
    this.aborter.abort()
  }

  destroy(): void {
    this.abort()
  }
}

export const plainLoader = PlainLoader as unknown as LoaderClass
