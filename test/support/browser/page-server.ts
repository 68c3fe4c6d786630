import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { repoRoot } from './repo-root.js'

export interface PageServer {
  readonly url: string
  close(): Promise<void>
}

/** Paths that are served, and where their files lie in the repository. */
export type ServedFiles = Readonly<Record<string, { readonly file: string; readonly type: string }>>

export interface PageServerOptions {
  /** Go with every answer, for tests of content security policies. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** An address of this machine. Default: `127.0.0.1`. */
  readonly host?: string | undefined
  /** Served beside the viewer page. */
  readonly files?: ServedFiles | undefined
}

const viewerPage: ServedFiles = {
  '/': { file: 'test/support/browser/viewer-page/index.html', type: 'text/html; charset=utf-8' },
  '/viewer.js': { file: 'test/support/browser/viewer-page/viewer.js', type: 'text/javascript' },
  '/sdk/prismesh.iife.min.js': { file: 'client-sdk/dist/prismesh.iife.min.js', type: 'text/javascript' },
  '/sdk/prismesh.mjs': { file: 'client-sdk/dist/prismesh.mjs', type: 'text/javascript' },
  '/hls/hls.min.js': { file: 'node_modules/hls.js/dist/hls.min.js', type: 'text/javascript' },
}

/** Serves the viewer page. */
export async function servePages(options: PageServerOptions = {}): Promise<PageServer> {
  const { headers = {}, host = '127.0.0.1' } = options
  const files: ServedFiles = { ...viewerPage, ...options.files }
  const server = createServer((request, response) => {
    const entry = files[new URL(request.url ?? '/', 'http://page').pathname]
    if (entry === undefined) {
      response.writeHead(404).end()
      return
    }
    readFile(join(repoRoot, entry.file)).then(
      (body) => response.writeHead(200, { 'content-type': entry.type, ...headers }).end(body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
